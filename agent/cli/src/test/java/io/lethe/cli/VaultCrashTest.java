package io.lethe.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.broker.BreakGlass;
import io.lethe.broker.Broker;
import io.lethe.broker.BrokerException;
import io.lethe.broker.Grant;
import io.lethe.broker.Lease;
import io.lethe.broker.Request;
import io.lethe.broker.Target;
import io.lethe.broker.Workload;
import io.lethe.broker.json.Json;
import io.lethe.broker.vault.BundledBroker;
import io.lethe.broker.vault.SecretInfo;
import io.lethe.broker.vault.Vault;
import io.lethe.broker.vault.VaultBroker;
import io.lethe.broker.vault.VaultCheck;
import io.lethe.broker.vault.WorkloadInfo;
import io.lethe.secret.Sealed;
import io.lethe.secret.Window;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Commands are killed with SIGKILL: at each system call that writes, where strace is on the PATH (LETHE_REQUIRE_STRACE=1 makes
 * its absence a failure), and at random moments. The vault is then as it was before the command or as it is after it, it is
 * sound, its application gets its secret, and the command can be given again. {@code -Dlethe.kills=1000} is each call and,
 * for the rest, random moments; by default there are a few of each.
 */
class VaultCrashTest {

    private static final int KILLS = Integer.getInteger("lethe.kills", 16);
    private static final String WRITES = "write,pwrite64,fsync,fdatasync,ftruncate,rename,renameat,renameat2,unlink,"
            + "unlinkat,mkdir,mkdirat,chmod,fchmod,fchmodat,chown,fchown,lchown,fchownat";

    private static final Pattern CALL = Pattern.compile("\\d+ +(\\w+)\\(");

    @TempDir
    Path dir;

    @Test
    void killedAtAWritingSystemCall_leavesTheOldOrTheNew() throws Exception {
        if (!straceIsHere()) {
            System.out.println("VaultCrashTest: no strace on the PATH, so no command was killed at each system call");
            return;
        }
        List<String> states = states();
        List<String> calls = calls();
        int kills = atCalls(calls.size());
        int killed = 0;
        for (int i = 0; i < kills; i++) {
            String at = calls.get((int) ((long) i * calls.size() / kills));
            Path folder = Files.createDirectory(dir.resolve("call" + i));
            Run run = run(
                    folder, 0, "strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=" + WRITES, "-e", "inject=" + at);
            killed += run.process.waitFor() == 0 ? 0 : 1;
            assertThat(states.subList(run.done, Math.min(run.done + 2, states.size())))
                    .as("killed at call %s, after %s commands", at, run.done)
                    .contains(state(folder));
            again(folder, states, run.done);
            bundleAgain(folder, run.done);
            finish(folder, states);
        }
        System.out.println(
                "VaultCrashTest: " + killed + " kills at " + kills + " of " + calls.size() + " system calls");
        assertThat(killed).isGreaterThanOrEqualTo(kills * 9 / 10);
    }

    @Test
    void killedAtAnyMoment_leavesTheOldOrTheNew() throws Exception {
        List<String> states = states();
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int killed = 0;
        int kills = KILLS - (straceIsHere() ? atCalls(calls().size()) : 0);
        for (int i = 0; i < kills; i++) {
            Path folder = Files.createDirectory(dir.resolve("moment" + i));
            int after = random.nextInt(states.size() - 1);
            Process process = start(folder, 0);
            int done = readUpTo(process, after);
            // Somewhere in the command that runs now; the busy loop makes the moment another one each time.
            for (long until = System.nanoTime() + random.nextInt(20_000_000); System.nanoTime() < until; ) {
                Thread.onSpinWait();
            }
            // Not the process itself, which would close what it wrote.
            process.toHandle().destroyForcibly();
            done = Math.max(done, readUpTo(process, Integer.MAX_VALUE));
            killed += process.waitFor() == 0 ? 0 : 1;
            assertThat(states.subList(done, Math.min(done + 2, states.size())))
                    .as("seed %s, kill %s, after %s commands", seed, i, done)
                    .contains(state(folder));
            again(folder, states, done);
            bundleAgain(folder, done);
            finish(folder, states);
        }
        System.out.println("VaultCrashTest: " + killed + " kills at random moments");
    }

    @Test
    void commandsAtTheSameTime_loseNothing_andReadersSeeNoGap() throws Exception {
        Path folder = Files.createDirectory(dir.resolve("concurrent"));
        List<String[]> commands = VaultScript.commands(folder);
        for (int i = 0; i < 3; i++) {
            assertThat(Cli.run(("value " + i).getBytes(UTF_8), commands.get(i)).code)
                    .isEqualTo(0);
        }
        Path vault = folder.resolve("vault");
        List<Process> writers = new ArrayList<>();
        List<Process> readers = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            readers.add(java(new String[0], Reader.class, vault.toString()));
        }
        for (int i = 0; i < 3; i++) {
            writers.add(java(new String[0], Writer.class, vault.toString(), "w" + i));
        }
        writers.add(java(new String[0], Rotator.class, vault.toString()));
        writers.add(java(new String[0], Breaker.class, folder.toString()));
        for (Process writer : writers) {
            assertThat(writer.waitFor()).isEqualTo(0);
        }
        for (Process reader : readers) {
            reader.getOutputStream().close();
            String said = reader.inputReader(UTF_8).readLine();
            assertThat(reader.waitFor()).as(said).isEqualTo(0);
            // How many it saw of those that followed each other depends on the machine; that it saw the last does not.
            assertThat(said).matches("[1-9][0-9]* reads, the last " + (1 + Rotator.TIMES));
        }
        assertThat(Vault.at(vault, null).list()).hasSize(1 + 3 * Writer.SECRETS);
        assertThat(Vault.at(vault, null).grants()).hasSize(1 + 3 * Writer.SECRETS);
        assertThat(Vault.at(vault, null).breakGlasses()).hasSize(Breaker.TIMES);
        assertThat(broken(vault, null)).isEmpty();
        try (VaultBroker broker = new VaultBroker(vault, null, null, "default")) {
            assertThat(acquired(broker)).isEqualTo("value " + (1 + Rotator.TIMES));
        }
    }

    /** Puts secrets, grants them and rotates them, one command each. */
    static final class Writer {
        static final int SECRETS = 3;

        public static void main(String[] args) {
            for (int i = 0; i < SECRETS; i++) {
                String secret = args[1] + "-" + i;
                must("x", "vault", "put", secret, "--vault", args[0]);
                must("", "vault", "grant", secret, "--to", "https://api.example", "--vault", args[0]);
                must("y", "vault", "rotate", secret, "--grace", "1h", "--vault", args[0]);
            }
        }

        static void must(String in, String... command) {
            Cli ran = Cli.run(in.getBytes(UTF_8), command);
            if (ran.code != 0) {
                throw new AssertionError(String.join(" ", command) + ": " + ran);
            }
        }
    }

    /** Rotates the secret that is read meanwhile: value 2, value 3, ... */
    static final class Rotator {
        static final int TIMES = 6;

        public static void main(String[] args) {
            for (int i = 0; i < TIMES; i++) {
                Writer.must("value " + (2 + i), "vault", "rotate", "it", "--vault", args[0]);
            }
        }
    }

    /** Breaks glass twice each time, takes a bundle along, which opens at once, and ends one of the two. */
    static final class Breaker {
        static final int TIMES = 3;

        public static void main(String[] args) throws Exception {
            Path folder = Path.of(args[0]);
            String vault = folder.resolve("vault").toString();
            for (int i = 0; i < TIMES; i++) {
                Cli begun = Cli.run(override("stock", "--json", "--vault", vault));
                String id = begun.out.replaceAll("(?s).*\"id\":\\s*\"([^\"]+)\".*", "$1");
                String bundle = VaultScript.bundle(folder).toString();
                Writer.must("", override("orders", "--bundle", bundle, "--vault", vault));
                if (!fromBundle(folder).matches("value [1-9][0-9]*")) {
                    throw new AssertionError(fromBundle(folder));
                }
                Writer.must("", "break-glass", "--end", id, "--reason", "over", "--vault", vault);
            }
        }

        private static String[] override(String database, String... more) {
            List<String> command = new ArrayList<>(List.of("break-glass", "--secret", "it", "--for", "2h"));
            command.addAll(List.of("--reason", "INC-4711", "--target", "postgresql://db:5432/" + database));
            command.addAll(List.of(more));
            return command.toArray(new String[0]);
        }
    }

    /** Acquires until its input ends, and once more: each time a whole value, and none that is older than the one before. */
    static final class Reader {
        public static void main(String[] args) throws Exception {
            int reads = 0;
            int last = 1;
            try (VaultBroker broker = new VaultBroker(Path.of(args[0]), null, null, "default")) {
                for (boolean ended = false; !ended; reads++) {
                    ended = ended();
                    int read = Integer.parseInt(acquired(broker).substring("value ".length()));
                    if (read < last) {
                        throw new AssertionError("value " + read + " after value " + last);
                    }
                    last = read;
                }
            }
            new PrintStream(new FileOutputStream(FileDescriptor.out), true).println(reads + " reads, the last " + last);
        }

        private static final InputEnd END = new InputEnd();

        private static boolean ended() {
            return !END.isAlive();
        }
    }

    /** Lives as long as the standard input. */
    private static final class InputEnd extends Thread {
        InputEnd() {
            super("input");
            setDaemon(true);
            start();
        }

        @Override
        public void run() {
            try {
                while (System.in.read() >= 0) {
                    // Nothing is said to it.
                    continue;
                }
            } catch (IOException e) {
                // Ended as well.
                return;
            }
        }
    }

    /** What the vault looks like after each command, in words that are the same in each run. */
    private List<String> states() throws Exception {
        Path folder = Files.createDirectory(dir.resolve("undisturbed"));
        List<String> states = new ArrayList<>();
        states.add(state(folder));
        List<String[]> commands = VaultScript.commands(folder);
        for (int i = 0; i < commands.size(); i++) {
            Cli ran = Cli.run(("value " + i).getBytes(UTF_8), commands.get(i));
            assertThat(ran.code).as("%s", ran).isEqualTo(0);
            states.add(state(folder));
        }
        return states;
    }

    /** A command that was killed before its change does it when it is given again; nothing that it left is in the way. */
    private static void again(Path folder, List<String> states, int done) throws Exception {
        if (done == states.size() - 1 || !state(folder).equals(states.get(done))) {
            return;
        }
        String[] command = VaultScript.commands(folder).get(done);
        Cli ran = Cli.run(("value " + done).getBytes(UTF_8), command);
        if (List.of(command).contains("--new-admin-key") && ran.code != 0) {
            // Its change does not show in a state; else the key is there, and to be removed as it says.
            assertThat(ran.err).containsAnyOf("bad signature", "remove it where a command left it that was killed");
            return;
        }
        assertThat(ran.code).as("%s: %s", String.join(" ", command), ran).isEqualTo(0);
        assertThat(state(folder)).isEqualTo(states.get(done + 1));
    }

    /**
     * A bundle is there as a whole or not at all. Where the command was killed after its override was in force, it is given
     * again, and the bundle is there.
     */
    private static void bundleAgain(Path folder, int done) throws Exception {
        boolean begun = Files.exists(VaultScript.bundle(folder).resolve("index"));
        List<String[]> commands = VaultScript.commands(folder);
        if (!begun && done < commands.size() && List.of(commands.get(done)).contains("--bundle")) {
            Cli ran = Cli.run(commands.get(done));
            assertThat(ran.code).as("%s", ran).isEqualTo(0);
            begun = true;
        }
        if (begun) {
            assertThat(fromBundle(folder)).startsWith("value ");
        }
    }

    /** What an application gets whose vault is gone. */
    private static String fromBundle(Path folder) throws BrokerException {
        Path vault = folder.resolve("vault");
        VaultBroker gone = new VaultBroker(
                folder.resolve("gone"),
                Vault.at(vault, admin(folder)).verifyingKey(),
                vault.resolve("workloads/default.key"),
                "default");
        try (BundledBroker broker = new BundledBroker(gone, VaultScript.bundle(folder))) {
            return acquired(broker);
        }
    }

    /** After a crash the next command works, and takes the leftovers away. */
    private static void finish(Path folder, List<String> states) throws Exception {
        Path vault = folder.resolve("vault");
        if (state(folder).equals(states.get(0))) {
            assertThat(Cli.run(VaultScript.commands(folder).get(0)).code).isEqualTo(0);
        }
        Path admin = admin(folder);
        Vault.at(vault, admin).put("last", "password", "x".getBytes(UTF_8));
        VaultCheck check = new VaultCheck(vault, admin, null);
        check.run();
        assertThat(check.broken()).isEmpty();
        assertThat(check.notes()).noneMatch(note -> note.contains("left by a command"));
    }

    private static String state(Path folder) throws Exception {
        Path place = folder.resolve("vault");
        if (!Files.exists(place.resolve("index")) || !isPinned(folder)) {
            return "no vault";
        }
        Path admin = admin(folder);
        assertThat(broken(place, admin)).isEmpty();
        Vault vault = Vault.at(place, admin);
        StringBuilder state = new StringBuilder();
        for (SecretInfo secret : vault.list()) {
            state.append(secret.name()).append(" ").append(secret.version()).append(" ");
            for (Map.Entry<String, String> field : secret.fields().entrySet()) {
                state.append(field.getKey()).append("=").append(revealed(vault, secret.name(), field.getKey()));
                state.append(" ");
            }
        }
        for (Grant grant : vault.grants()) {
            state.append(grant.toJson()).append(" ");
        }
        for (WorkloadInfo workload : vault.keys().workloads()) {
            state.append(workload.name()).append(workload.secrets()).append(" ");
        }
        for (BreakGlass override : vault.breakGlasses()) {
            state.append(override.id()).append(" ").append(override.target()).append(" ");
        }
        state.append(exported(folder));
        if (!vault.grants().isEmpty()) {
            try (VaultBroker broker = new VaultBroker(place, null, null, "default")) {
                state.append("application has ").append(acquired(broker));
            }
        }
        return state.toString();
    }

    /** A vault whose key no config has yet is not made, and init makes it when it is given again. */
    private static boolean isPinned(Path folder) throws Exception {
        Path config = VaultScript.config(folder);
        return Files.exists(config) && Files.readString(config).contains("vault-key: ");
    }

    /** An export that says it is unfinished is none, whatever is there of it. */
    private static String exported(Path folder) throws Exception {
        Path export = VaultScript.export(folder);
        if (!Files.exists(export.resolve("INDEX.json")) || Files.exists(export.resolve(".lethe-export-unfinished"))) {
            return "";
        }
        try (Stream<Path> files = Files.walk(export)) {
            return files.filter(Files::isRegularFile)
                            .map(file -> export.relativize(file).toString())
                            .sorted()
                            .collect(Collectors.joining(" ", "exported ", " "))
                    + Json.readObject(Files.readAllBytes(export.resolve("INDEX.json")), 10_000)
                            .object("secrets")
                            .keys();
        }
    }

    /** The admin key that the vault is signed with. */
    private static Path admin(Path folder) throws BrokerException {
        Path fresh = folder.resolve("new-admin.key");
        Path vault = folder.resolve("vault");
        if (Files.exists(fresh)) {
            VaultCheck check = new VaultCheck(vault, fresh, null);
            check.run();
            if (check.opened() && check.broken().isEmpty()) {
                return fresh;
            }
        }
        return vault.resolve("admin.key");
    }

    private static List<String> broken(Path vault, Path admin) throws BrokerException {
        VaultCheck check = new VaultCheck(vault, admin, null);
        check.run();
        assertThat(check.opened()).as("%s", check.notes()).isTrue();
        return check.broken();
    }

    private static String revealed(Vault vault, String name, String field) throws BrokerException {
        try (Sealed sealed = vault.reveal(name, field);
                Window window = sealed.open()) {
            return new String(window.bytes(), UTF_8);
        }
    }

    private static String acquired(Broker broker) throws BrokerException {
        Request request = new Request(
                new Workload("default", Collections.emptyMap(), "self"),
                "it",
                "password",
                Target.parse("postgresql://db:5432/orders"),
                "connect",
                "shop",
                Collections.emptyList());
        try (Lease lease = broker.acquire(request, Long.MAX_VALUE);
                Window window = lease.secret().open()) {
            return new String(window.bytes(), UTF_8);
        }
    }

    /** All of them where there are that many kills, and always some left for other moments. */
    private static int atCalls(int calls) {
        return Math.min(KILLS * 3 / 4, calls);
    }

    /** Each system call that writes, as strace has to be told to kill there: it counts each kind of call for itself. */
    private List<String> calls() throws Exception {
        Path folder = Files.createTempDirectory(dir, "counted");
        Path log = folder.resolve("calls.txt");
        Run run = run(folder, 0, "strace", "-f", "-qq", "-o", log.toString(), "-e", "trace=" + WRITES);
        assertThat(run.process.waitFor()).isEqualTo(0);
        Map<String, Integer> count = new HashMap<>();
        List<String> calls = new ArrayList<>();
        for (String line : Files.readAllLines(log, StandardCharsets.ISO_8859_1)) {
            Matcher call = CALL.matcher(line);
            if (call.lookingAt()) {
                String name = call.group(1);
                calls.add(name + ":signal=SIGKILL:when=" + count.merge(name, 1, Integer::sum));
            }
        }
        return calls;
    }

    private static Run run(Path folder, int done, String... before) throws Exception {
        Process process = start(folder, done, before);
        return new Run(process, readUpTo(process, Integer.MAX_VALUE));
    }

    private static Process start(Path folder, int done, String... before) throws IOException {
        return java(before, VaultScript.class, folder.toString(), Integer.toString(done));
    }

    private static Process java(String[] before, Class<?> main, String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(before));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-XX:+UseSerialGC", "-Xmx64m"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(args));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** @return how many commands the process said were done, at least as many as asked for unless it ended */
    private static int readUpTo(Process process, int wanted) throws IOException {
        int done = 0;
        if (wanted == 0) {
            return done;
        }
        BufferedReader out = process.inputReader(UTF_8);
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            done = Integer.parseInt(line.substring("done ".length()));
            if (done >= wanted) {
                break;
            }
        }
        return done;
    }

    private static boolean straceIsHere() throws Exception {
        boolean here;
        try {
            Process strace = new ProcessBuilder("strace", "-qq", "-o", "/dev/null", "true").start();
            here = strace.waitFor(60, TimeUnit.SECONDS) && strace.exitValue() == 0;
        } catch (IOException e) {
            here = false;
        }
        if (!here && "1".equals(System.getenv("LETHE_REQUIRE_STRACE"))) {
            throw new AssertionError("LETHE_REQUIRE_STRACE=1, but strace cannot trace here; apt-get install strace");
        }
        return here;
    }

    /** A run of the script, and how far it said that it got. */
    private static final class Run {
        private final Process process;
        private final int done;

        Run(Process process, int done) {
            this.process = process;
            this.done = done;
        }
    }
}
