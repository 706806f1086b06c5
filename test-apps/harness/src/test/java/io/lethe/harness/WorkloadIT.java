package io.lethe.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Test;

/**
 * Who a JVM is, as the kernel and its own command line say it: a grant that names anything else of it denies, however much of the
 * rest fits, and one that names all of it allows.
 */
final class WorkloadIT {

    /** A user whom each system knows by name. */
    private static final int NOBODY = 65534;

    private static final byte[] SECRET = Secrets.random(24);
    private static final String TARGET = "h2://embedded/*";

    @Test
    void userMainClassUnitGroupAndContainer_mustAllFit() throws IOException {
        assumeTrue(Users.exist(), "only root can start another user's JVM");
        Path dir = TemporaryFiles.directory("lethe-workload-");
        VaultSetup vault = forNobody(dir);
        boolean groups = Namespaces.controlGroups();
        Path place = Files.createDirectory(dir.resolve("group"));
        String id = HexFormat.of().formatHex(Secrets.random(32)).substring(0, 64);
        String group = "/lethe-" + ProcessHandle.current().pid() + ".slice/orders.service/" + id;
        List<String> right =
                new ArrayList<>(List.of("--uid", "" + NOBODY, "--os-user", "nobody", "--main", "legacy.PlainJdbc"));
        List<String> wrong =
                new ArrayList<>(List.of("--uid", "0", "--os-user", "root", "--main", "legacy.EnvironmentApp"));
        if (groups) {
            right.addAll(List.of("--unit", "orders.service", "--container", id.substring(0, 12)));
            right.addAll(List.of("--cgroup", group.substring(0, group.indexOf('/', 1)) + "/*"));
            wrong.addAll(List.of("--unit", "billing.service", "--container", "0123456789abcdef"));
            wrong.addAll(List.of("--cgroup", "/system.slice/*"));
        }
        Program program = Program.of("PlainJdbc").with(Drivers.jar("h2", "2.2.224"));
        if (groups) {
            program.launchedBy(
                    Namespaces.inControlGroup(place.toString(), group).toArray(new String[0]));
        }
        program.launchedBy("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups", "--")
                .underLethe(config(vault, dir))
                .arguments(properties(dir).toString());
        try (App app = program.start()) {
            onlyTheRightOne(vault, app, right, wrong);
        }
        if (groups) {
            Namespaces.without(place.toString(), group);
        }
    }

    @Test
    void jarAndItsDigest_mustFit() throws Exception {
        Path dir = TemporaryFiles.directory("lethe-workload-");
        VaultSetup vault = VaultSetup.create(dir).put("orders-db", SECRET);
        Path jar = jar(dir.resolve("orders.jar"));
        String digest =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(jar)));
        String other =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest());
        ProcessBuilder command = new ProcessBuilder(
                Jdks.running().java().toString(),
                "-javaagent:" + Program.agentJar() + "=" + vault.config(),
                "-jar",
                jar.toString(),
                properties(dir).toString());
        command.environment().remove("JAVA_TOOL_OPTIONS");
        try (App app = App.start(command)) {
            onlyTheRightOne(
                    vault,
                    app,
                    List.of("--jar", jar.toString(), "--jar-sha256", digest),
                    List.of("--jar", dir.resolve("other.jar").toString(), "--jar-sha256", other));
        }
    }

    /** A grant for each selector that is wrong in it alone denies; then the one in which all are right allows. */
    private static void onlyTheRightOne(VaultSetup vault, App app, List<String> right, List<String> wrong) {
        for (int i = 0; i < right.size(); i += 2) {
            List<String> options = new ArrayList<>(right);
            assertThat(wrong.get(wrong.indexOf(right.get(i)))).isEqualTo(right.get(i));
            options.set(i + 1, wrong.get(wrong.indexOf(right.get(i)) + 1));
            grant(vault, options);
            assertThat(app.ask("connect"))
                    .as("%s", options)
                    .startsWith("error 28000 ")
                    .contains("lethe:orders-db is denied for h2://embedded:9092/mem:orders");
        }
        grant(vault, right);
        assertThat(app.ask("connect")).as("%s", app.err()).isEqualTo("ok 1");
    }

    private static void grant(VaultSetup vault, List<String> selectors) {
        List<String> options = new ArrayList<>(List.of("--user", "APP"));
        options.addAll(selectors);
        vault.grantWith("orders-db", TARGET, options.toArray(new String[0]));
    }

    private static VaultSetup forNobody(Path dir) throws IOException {
        VaultSetup vault = VaultSetup.create(dir).put("orders-db", SECRET);
        Path identity = Files.copy(vault.vault().resolve("workloads/default.key"), dir.resolve("identity"));
        Path audit = Files.createDirectory(dir.resolve("audit"));
        Commands.run("chmod", "0755", dir.toString(), vault.vault().toString()).orFail();
        Commands.run("chmod", "0400", identity.toString()).orFail();
        Commands.run("chown", NOBODY + ":" + NOBODY, identity.toString(), audit.toString())
                .orFail();
        return vault;
    }

    private static Path config(VaultSetup vault, Path dir) {
        Path config = vault.config("identity: " + dir.resolve("identity"), "audit.dir: " + dir.resolve("audit"));
        Commands.run("chmod", "0644", config.toString()).orFail();
        return config;
    }

    private static Path properties(Path dir) throws IOException {
        return Files.writeString(
                dir.resolve("app.properties"), "url=jdbc:h2:mem:orders\nuser=APP\npassword=lethe:orders-db\n");
    }

    private static Path jar(Path file) throws IOException {
        Manifest manifest = new Manifest();
        Attributes main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        main.put(Attributes.Name.MAIN_CLASS, "legacy.PlainJdbc");
        main.put(
                Attributes.Name.CLASS_PATH,
                Program.apps().toUri() + " " + Drivers.jar("h2", "2.2.224").toUri());
        try (OutputStream out = Files.newOutputStream(file);
                JarOutputStream jar = new JarOutputStream(out, manifest)) {
            jar.finish();
        }
        return file;
    }
}
