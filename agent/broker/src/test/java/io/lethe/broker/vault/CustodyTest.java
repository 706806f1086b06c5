package io.lethe.broker.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lethe.broker.BrokerException;
import io.lethe.broker.Grant;
import io.lethe.broker.Lease;
import io.lethe.broker.Request;
import io.lethe.broker.Target;
import io.lethe.broker.Workload;
import io.lethe.secret.NotSecret;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What another user can change is asked by a process of that user: the answers are the kernel's. */
class CustodyTest {

    private static final int OTHER = 65534;

    @TempDir
    Path dir;

    @Test
    void anotherUser_canChangeWhatItOwnsWritesOrReplaces() throws Exception {
        boolean here = uid(Paths.get("/proc/self")) == 0 && Files.isExecutable(Paths.get("/usr/bin/setpriv"));
        assumeTrue(
                here || "1".equals(System.getenv("LETHE_REQUIRE_USERS")),
                "only root can make files of two users, and only with setpriv");
        mode(dir, "755");
        Path roots = folder("roots", "755");
        Path anybodys = folder("anybodys", "777");
        Path sticky = folder("sticky", "1777");
        Path own = owned(folder("own", "755"));
        Path file = file(roots, "file", "644");
        Path below = Files.createDirectories(anybodys.resolve("deep/er"));

        List<Path> asked = new ArrayList<>();
        List<String> expected = new ArrayList<>();
        ask(asked, expected, file, null);
        ask(asked, expected, roots.resolve("missing"), null);
        ask(asked, expected, owned(file(roots, "owned", "444")), "owns " + roots.resolve("owned"));
        ask(asked, expected, file(roots, "open", "666"), "may write " + roots.resolve("open"));
        Path shared = file(roots, "shared", "664");
        run("chgrp", "" + OTHER, shared.toString());
        ask(asked, expected, shared, "may write " + shared);
        ask(asked, expected, file(anybodys, "file", "644"), "may write the folder " + anybodys);
        ask(asked, expected, file(below, "file", "644"), "may write the folder " + anybodys);
        ask(asked, expected, own.resolve("missing"), "can make " + own.resolve("missing"));
        ask(asked, expected, file(own, "file", "644"), "owns the folder " + own);
        ask(asked, expected, file(sticky, "file", "644"), null);
        ask(asked, expected, sticky.resolve("missing"), "can make " + sticky.resolve("missing"));
        ask(asked, expected, owned(file(sticky, "owned", "444")), "may write the folder " + sticky);
        ask(asked, expected, link(roots, "there", own.resolve("file")), "owns the folder " + own);
        ask(asked, expected, link(anybodys, "back", file), "may write the folder " + anybodys);
        ask(asked, expected, link(roots, "twice", anybodys.resolve("back")), "may write the folder " + anybodys);
        ask(asked, expected, link(roots, "relative", Paths.get("../roots/file")), null);
        ask(
                asked,
                expected,
                link(roots, "loop", roots.resolve("loop")),
                "may have ways to it that cannot be looked at");
        int shareds = asked.size();
        ask(asked, expected, trail("mine", "1770", "" + OTHER), null);
        ask(asked, expected, trail("loose", "770", "" + OTHER), "may write the folder " + roots.resolve("loose"));
        ask(asked, expected, owned(trail("owner", "1770", "" + OTHER)), "owns " + roots.resolve("owner"));
        ask(asked, expected, trail("closed", "755", "0"), null);

        List<String> answers = new ArrayList<>(probe(asked, shareds));
        for (int i = 0; i < asked.size(); i++) {
            String answer = i < answers.size() ? answers.get(i) : "no answer";
            if (expected.get(i) == null) {
                assertThat(answer).as(asked.get(i).toString()).isEqualTo("null");
            } else {
                assertThat(answer).as(asked.get(i).toString()).startsWith(expected.get(i));
            }
        }
    }

    @Test
    void itsOwnUser_isRefusedWhereThatIsAskedFor_andMarkedElse() throws Exception {
        Path config = Files.createFile(dir.resolve("lethe.yaml"));
        String uid = "" + uid(config);

        assertThat(Custody.of(uid, false).config(config).marks()).containsExactly("self-administered");
        assertThat(Custody.of(uid, false).config(config).refusal()).isNull();
        Custody strict = Custody.of(uid, true).config(config);
        assertThat(strict.refusal())
                .startsWith("require-root-owned: true, but this process's own user can change the config " + config);
        assertThatThrownBy(strict::marks).isInstanceOf(BrokerException.class).hasMessage(strict.refusal());
        assertThat(Custody.of(null, false).config(config).found())
                .containsExactly("config " + config + ": it has an id that cannot be found out");
        assertThat(Custody.none().marks()).isEmpty();
    }

    @Test
    void vaultTrailAndJar_countLikeTheConfig() throws Exception {
        Path place = dir.resolve("vault");
        Vault.init(place, null);
        Path trail = Files.createDirectory(dir.resolve("audit"));
        Path jar = Files.createFile(dir.resolve("lethe.jar"));
        String uid = "" + uid(jar);

        assertThat(Custody.of(uid, false).vault(place).found())
                .singleElement()
                .asString()
                .startsWith("vault " + place);
        assertThat(Custody.of(uid, false).trail(trail).found())
                .singleElement()
                .asString()
                .startsWith("audit folder " + trail);
        assertThat(Custody.of(uid, false).jar(jar).found())
                .singleElement()
                .asString()
                .startsWith("agent jar " + jar);
        for (Custody one : Arrays.asList(
                Custody.of(uid, false).vault(place),
                Custody.of(uid, false).trail(trail),
                Custody.of(uid, false).jar(jar))) {
            assertThat(one.marks()).containsExactly("self-administered");
        }
        assertThat(Custody.of(uid, true).jar(jar).refusal()).contains("can change the agent jar " + jar);
    }

    @Test
    void decisionsAreMarked_fromTheNextIndexOn() throws Exception {
        Path place = dir.resolve("vault");
        Vault vault = Vault.init(place, null);
        vault.put("it", "password", new byte[] {1});
        vault.grant(Grant.of("it").to("postgresql://db/x").user("u"));
        Path config = Files.createFile(dir.resolve("lethe.yaml"));
        Custody custody = Custody.of("" + uid(config), false);
        try (VaultBroker broker =
                new VaultBroker(place, vault.verifyingKey(), null, "default", false, Anchor.of(1, null), custody)) {
            assertThat(marks(broker)).isEmpty();
            custody.config(config);
            assertThat(marks(broker)).as("the index is the same").isEmpty();
            vault.put("it", "password", new byte[] {2});
            assertThat(marks(broker)).containsExactly("self-administered");
        }
    }

    private static Set<String> marks(VaultBroker broker) throws Exception {
        Request request = new Request(
                new Workload("default", Collections.emptyMap(), "self"),
                "it",
                "password",
                Target.parse("postgresql://db/x"),
                "connect",
                "u",
                Collections.emptyList());
        try (Lease lease = broker.acquire(request, System.nanoTime() + TimeUnit.SECONDS.toNanos(5))) {
            return lease.decision().marks();
        }
    }

    /** What {@link Probe} says as that user, who need not be able to read this checkout: it gets a copy of the classes. */
    private List<String> probe(List<Path> asked, int shareds) throws Exception {
        List<String> classPath = new ArrayList<>();
        for (Class<?> type : new Class<?>[] {Writable.class, CustodyTest.class, NotSecret.class}) {
            Path from = Paths.get(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
            Path to = dir.resolve("classes" + classPath.size());
            try (Stream<Path> files = Files.walk(from)) {
                for (Path file : (Iterable<Path>) files::iterator) {
                    Path copy = to.resolve(from.relativize(file).toString());
                    Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
                }
            }
            run("chmod", "-R", "a+rX", to.toString());
            classPath.add(to.toString());
        }
        List<String> command = new ArrayList<>(Arrays.asList(
                "setpriv",
                "--reuid",
                "" + OTHER,
                "--regid",
                "" + OTHER,
                "--clear-groups",
                Paths.get(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                String.join(File.pathSeparator, classPath),
                Probe.class.getName(),
                "" + shareds));
        asked.forEach(path -> command.add(path.toString()));
        return Arrays.asList(run(command.toArray(new String[0])).split("\n"));
    }

    /** Run by another user. */
    static final class Probe {

        public static void main(String[] args) {
            Writable writable = new Writable(OTHER);
            int shareds = Integer.parseInt(args[0]);
            for (int i = 1; i < args.length; i++) {
                Path path = Paths.get(args[i]);
                System.out.println(i - 1 < shareds ? writable.how(path) : writable.howIfShared(path));
            }
        }
    }

    private static void ask(List<Path> asked, List<String> expected, Path path, String how) {
        asked.add(path);
        expected.add(how);
    }

    private Path trail(String name, String mode, String group) throws Exception {
        Path folder = folder("roots/" + name, mode);
        run("chgrp", group, folder.toString());
        return folder;
    }

    private Path folder(String name, String mode) throws Exception {
        return mode(Files.createDirectory(dir.resolve(name)), mode);
    }

    private static Path file(Path folder, String name, String mode) throws Exception {
        return mode(Files.createFile(folder.resolve(name)), mode);
    }

    private static Path link(Path folder, String name, Path to) throws Exception {
        return Files.createSymbolicLink(folder.resolve(name), to);
    }

    private static Path owned(Path path) throws Exception {
        Files.setAttribute(path, "unix:uid", OTHER);
        return path;
    }

    private static Path mode(Path path, String mode) throws Exception {
        run("chmod", mode, path.toString());
        return path;
    }

    private static int uid(Path path) throws Exception {
        return (Integer) Files.getAttribute(path, "unix:uid");
    }

    private static String run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(out).isZero();
        return out;
    }
}
