package io.lethe.cli;

import static io.lethe.cli.Cli.bytes;
import static io.lethe.cli.Cli.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.broker.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverPropertyInfo;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.logging.Logger;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckCommandTest {

    static final String FACTORY = "org/postgresql/core/v3/ConnectionFactoryImpl.class";
    static final String MD5 = "org/postgresql/util/MD5Digest.class";

    @TempDir
    Path dir;

    @Test
    void unknownVersionWhoseFingerprintMatches_isHooked() throws Exception {
        Map<String, byte[]> driver = driver();
        driver.put("META-INF/MANIFEST.MF", bytes("Manifest-Version: 1.0\nImplementation-Version: 99.9\n"));
        Path jar = write("postgresql-99.9.jar", zip(driver));

        Cli cli = run("check", jar.toString());
        Cli json = run("check", "--json", jar.toString());

        assertThat(cli.code).as(cli.toString()).isEqualTo(0);
        assertThat(cli.out).contains("HOOKED  " + jar + ": postgresql\n").doesNotContain("PARTIAL", "UNKNOWN");
        assertThat(Json.readObject(json.bytes, 100_000).flag("ready")).isTrue();
    }

    @Test
    void theJdkThatRunsIt_isLookedAt_andAnotherIsNot() throws Exception {
        Path jar = write("empty.jar", zip(Map.of("a/A.txt", bytes("x"))));

        Cli cli = run("check", jar.toString());
        Cli other = run("check", "--jdk", "8", jar.toString());

        assertThat(cli.out)
                .contains("HOOKED  JDK " + System.getProperty("java.version") + ": UrlConnection\n", ": JSSE\n")
                .contains("note    no driver, data source or HTTP client that Lethe looks for lies in there");
        assertThat(other.out).doesNotContain("HOOKED").contains("JDK 8's own clients and TLS: run this with that JDK");
        assertThat(other.code).isEqualTo(0);
    }

    @Test
    void driverThatChanged_isPartial_andSaysWhere() throws Exception {
        Map<String, byte[]> changed = driver();
        changed.put(FACTORY, renamed(changed.get(FACTORY), "getParametersForStartup", "getParametersForStartop"));
        Map<String, byte[]> cut = driver();
        cut.remove(MD5);

        Cli cli = run(
                "check",
                write("changed.jar", zip(changed)).toString(),
                write("cut.jar", zip(cut)).toString());

        assertThat(cli.code).isEqualTo(1);
        assertThat(cli.out)
                .contains("PARTIAL " + dir.resolve("changed.jar") + ": postgresql: "
                        + "org.postgresql.core.v3.ConnectionFactoryImpl: getParametersForStartup(")
                .contains("PARTIAL " + dir.resolve("cut.jar")
                        + ": postgresql: org.postgresql.util.MD5Digest is missing\n");
    }

    @Test
    void unknownDriver_isUnknown_andAPoolHandsOn() throws Exception {
        byte[] unknown = classFile(Unknown.class);
        Path jar = write("unknown.jar", zip(Map.of("io/lethe/cli/CheckCommandTest$Unknown.class", unknown)));
        Path config = dir.resolve("lethe.yaml");
        run("vault", "init", dir.resolve("vault").toString(), "--config", config.toString());

        Cli cli = run("check", jar.toString());
        Files.writeString(config, Files.readString(config) + "drivers.delegating: [io.lethe.cli]\n");
        Cli delegating = run("check", config.toString(), jar.toString());

        assertThat(cli.code).isEqualTo(1);
        assertThat(cli.out)
                .contains("UNKNOWN " + jar + ": io.lethe.cli.CheckCommandTest$Unknown: implements java.sql.Driver and");
        assertThat(delegating.code).as(delegating.toString()).isEqualTo(0);
        assertThat(delegating.out).contains("CheckCommandTest$Unknown hands references on to a driver");
    }

    @Test
    void multiReleaseJars_areReadAsTheJdkWould() throws Exception {
        Map<String, byte[]> driver = driver();
        driver.put("META-INF/versions/11/" + MD5, renamed(driver.get(MD5), "encode", "encade"));
        Map<String, byte[]> multi = new LinkedHashMap<>(driver);
        multi.put("META-INF/MANIFEST.MF", bytes("Manifest-Version: 1.0\nMulti-Release: true\n"));
        driver.put("META-INF/MANIFEST.MF", bytes("Manifest-Version: 1.0\n"));
        String jar = write("multi.jar", zip(multi)).toString();

        assertThat(run("check", "--jdk", "10", jar).out).contains("HOOKED  " + jar);
        assertThat(run("check", "--jdk", "11", jar).out).contains("UNKNOWN " + jar + ": postgresql: ");
        assertThat(run("check", "--jdk", "11", write("one.jar", zip(driver)).toString()).code)
                .isEqualTo(0);
    }

    @Test
    void whatIsNoVersionOfAMultiReleaseJar_isNotRead() throws Exception {
        for (String folder : new String[] {"8", "1", "0", "-9", "+11", "011", "x", ""}) {
            Map<String, byte[]> driver = driver();
            driver.put("META-INF/MANIFEST.MF", bytes("Manifest-Version: 1.0\nMulti-Release: true\n"));
            driver.put("META-INF/versions/" + folder + "/" + MD5, renamed(driver.get(MD5), "encode", "encade"));
            Cli cli = run(
                    "check",
                    "--jdk",
                    "17",
                    write("multi" + folder + ".jar", zip(driver)).toString());
            assertThat(cli.code).as("%s: %s", folder, cli).isEqualTo(0);
            assertThat(cli.out).as(folder).contains("HOOKED  ").doesNotContain("UNKNOWN", "PARTIAL");
        }
    }

    @Test
    void whatLiesInWarsEarsAndFatJars_isFound() throws Exception {
        byte[] driver = zip(driver());
        byte[] broken = zip(Map.of("x", bytes("y")));
        byte[] war = zip(Map.of("WEB-INF/lib/postgresql.jar", driver));
        byte[] boot = zip(Map.of("BOOT-INF/lib/postgresql.jar", driver, "BOOT-INF/lib/empty.jar", broken));
        ByteArrayOutputStream executable = new ByteArrayOutputStream();
        executable.write(bytes("#!/bin/sh\nexec java -jar \"$0\"\n"));
        executable.write(boot);
        Path ear = write("shop.ear", zip(Map.of("shop.war", war)));
        Path fat = write("shop.jar", executable.toByteArray());
        Path folder = Files.createDirectories(dir.resolve("app/lib"));
        Files.write(folder.resolve("pg.jar"), driver);
        Path exploded = Files.createDirectories(dir.resolve("app/WEB-INF/classes/io/lethe/cli"));
        Files.write(exploded.resolve("CheckCommandTest$Unknown.class"), classFile(Unknown.class));

        Cli cli =
                run("check", ear.toString(), fat.toString(), dir.resolve("app").toString());

        assertThat(cli.out)
                .contains("HOOKED  " + ear + "!/shop.war!/WEB-INF/lib/postgresql.jar: postgresql\n")
                .contains("HOOKED  " + fat + "!/BOOT-INF/lib/postgresql.jar: postgresql\n")
                .contains("HOOKED  " + folder.resolve("pg.jar") + ": postgresql\n")
                .contains("UNKNOWN " + dir.resolve("app") + ": io.lethe.cli.CheckCommandTest$Unknown");
    }

    @Test
    void references_areComparedWithTheGrants() throws Exception {
        Path config = dir.resolve("lethe.yaml");
        run("vault", "init", dir.resolve("vault").toString(), "--config", config.toString());
        for (String name : new String[] {"orders-db", "unused"}) {
            run(bytes("x"), "vault", "put", name, "--config", config.toString());
        }
        run("vault", "grant", "orders-db", "--to", "postgresql://db/x", "--user", "u", "--config", config.toString());
        Path war = write(
                "shop.war",
                zip(Map.of(
                        "WEB-INF/classes/application.properties",
                        bytes("a=lethe:orders-db\nb=jdbc:x?password=lethe:unused%23pin&x\n# not.lethe:this. lethe:.\n"),
                        "META-INF/context.xml",
                        bytes("<R xmlns:lethe='x' p='lethe:orders-db'/>"))));

        Cli cli = run("check", config.toString(), war.toString());
        Cli alone = run("check", war.toString());

        assertThat(cli.code).isEqualTo(1);
        assertThat(cli.out)
                .contains("ok      lethe:orders-db in " + war + ": a grant covers it\n")
                .contains("BROKEN  lethe:unused#pin in " + war + ": no grant of this workload covers it\n")
                .contains("ok      config: ", "ok      vault: ")
                .doesNotContain("lethe:this");
        assertThat(alone.code).isEqualTo(0);
        assertThat(alone.out).contains("note    lethe:unused#pin in " + war + ": give the config, too");
    }

    @Test
    void grantThatIsOver_orNotBegun_orOnAnotherField_coversNothing() throws Exception {
        Path config = dir.resolve("lethe.yaml");
        run("vault", "init", dir.resolve("vault").toString(), "--config", config.toString());
        StringBuilder settings = new StringBuilder();
        for (String name : new String[] {"now", "over", "later", "pin"}) {
            run(bytes("x"), "vault", "put", name, "--username", "u", "--config", config.toString());
            settings.append(name).append("=lethe:").append(name).append('\n');
        }
        run(bytes("x"), "vault", "put", "pin", "--field", "pin", "--config", config.toString());
        settings.append("a=lethe:pin#pin b=lethe:pin%23username c=lethe:over#username\n");
        grant(config, "now", "--until", "2999-01-01");
        grant(config, "over", "--until", "2020-01-01");
        grant(config, "later", "--from", "2998-01-01");
        grant(config, "pin", "--field", "pin");
        Path war = write("shop.war", zip(Map.of("application.properties", bytes(settings.toString()))));

        Cli cli = run("check", config.toString(), war.toString());

        assertThat(cli.out.lines().filter(line -> line.contains(" in " + war)))
                .containsExactlyInAnyOrder(
                        "ok      lethe:now in " + war + ": a grant covers it",
                        "BROKEN  lethe:over in " + war + ": no grant of this workload covers it",
                        "BROKEN  lethe:over#username in " + war + ": no grant of this workload covers it",
                        "BROKEN  lethe:later in " + war + ": no grant of this workload covers it",
                        "BROKEN  lethe:pin in " + war + ": no grant of this workload covers it",
                        "ok      lethe:pin#pin in " + war + ": a grant covers it",
                        "ok      lethe:pin#username in " + war + ": a grant covers it");
        assertThat(cli.code).isEqualTo(1);
    }

    @Test
    void secretFileThatChanged_orIsMissing_isBroken_alsoWithoutTheAdminKey() throws Exception {
        Path config = dir.resolve("lethe.yaml");
        run("vault", "init", dir.resolve("vault").toString(), "--config", config.toString());
        for (String name : new String[] {"changed", "missing"}) {
            run(bytes("x"), "vault", "put", name, "--config", config.toString());
        }
        Files.delete(dir.resolve("vault/admin.key"));
        Cli sound = run("check", config.toString());
        Path changed = secretFile("changed");
        Files.write(changed, bytes("y"));
        Path missing = secretFile("missing");
        Files.delete(missing);

        Cli cli = run("check", config.toString());

        assertThat(sound.code).as(sound.toString()).isEqualTo(0);
        assertThat(cli.code).isEqualTo(1);
        assertThat(cli.out)
                .contains("BROKEN  vault: " + changed + " is not the one that the index names")
                .containsPattern("BROKEN  vault: .*" + missing.getFileName());
    }

    @Test
    void whatCannotBeRead_isNeverReady() throws Exception {
        Path garbage = write("garbage.jar", bytes("no jar"));
        Path nested = write("outer.jar", zip(Map.of("lib/inner.jar", bytes("no jar either"))));
        Map<String, byte[]> truncated = driver();
        truncated.put(MD5, new byte[] {1, 2, 3});

        assertThat(run("check", garbage.toString()).code).isEqualTo(3);
        assertThat(run("check", dir.resolve("none.jar").toString()).code).isEqualTo(3);
        assertThat(run("check").code).isEqualTo(2);
        assertThat(run("check", "--jdk", "7", nested.toString()).code).isEqualTo(2);
        Cli cli =
                run("check", nested.toString(), write("cut.jar", zip(truncated)).toString());
        assertThat(cli.code).isEqualTo(1);
        assertThat(cli.out)
                .contains("UNKNOWN " + nested + "!/lib/inner.jar: unreadable: it is empty or no archive\n")
                .contains("cut.jar: unreadable: " + MD5 + " is no class file");
    }

    @Test
    void config_isDiagnosedAsDoctorDoes() throws Exception {
        Path config = dir.resolve("lethe.yaml");
        Files.writeString(config, "brokr: x\n");

        Cli cli = run("check", config.toString());

        assertThat(cli.code).isEqualTo(1);
        assertThat(cli.out).contains("BROKEN  config: " + config + " has an unknown key 'brokr'");
    }

    @Test
    void configOfOnesOwn_isSaidToBeSelfAdministered() throws Exception {
        Path config = dir.resolve("lethe.yaml");
        run("vault", "init", dir.resolve("vault").toString(), "--config", config.toString());

        Cli cli = run("check", config.toString());

        assertThat(cli.out).contains("ownership: self-administered, as records will say: ");
    }

    private static void grant(Path config, String secret, String option, String value) {
        Cli cli = run(
                "vault", "grant", secret, "--to", "postgresql://db/x", option, value, "--config", config.toString());
        assertThat(cli.code).as(cli.toString()).isEqualTo(0);
    }

    private Path secretFile(String secret) throws IOException {
        try (Stream<Path> files = Files.list(dir.resolve("vault/secrets").resolve(secret))) {
            return files.findFirst().orElseThrow();
        }
    }

    /** Nobody loads it from the jars of these tests. */
    static final class Unknown implements Driver {
        @Override
        public Connection connect(String url, Properties info) {
            return null;
        }

        @Override
        public boolean acceptsURL(String url) {
            return false;
        }

        @Override
        public DriverPropertyInfo[] getPropertyInfo(String url, Properties info) {
            return new DriverPropertyInfo[0];
        }

        @Override
        public int getMajorVersion() {
            return 1;
        }

        @Override
        public int getMinorVersion() {
            return 0;
        }

        @Override
        public boolean jdbcCompliant() {
            return false;
        }

        @Override
        public Logger getParentLogger() {
            return null;
        }
    }

    static Map<String, byte[]> driver() throws Exception {
        Path jar = Path.of(org.postgresql.Driver.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try (JarFile file = new JarFile(jar.toFile())) {
            for (JarEntry entry : Collections.list(file.entries())) {
                if (entry.getName().endsWith(".class")) {
                    try (InputStream in = file.getInputStream(entry)) {
                        entries.put(entry.getName(), in.readAllBytes());
                    }
                }
            }
        }
        assertThat(entries).containsKeys(FACTORY, MD5);
        return entries;
    }

    /** The class file with another name in its constant pool, of the same length. */
    static byte[] renamed(byte[] classFile, String from, String to) {
        String text = new String(classFile, StandardCharsets.ISO_8859_1);
        assertThat(text).contains(from);
        return text.replace(from, to).getBytes(StandardCharsets.ISO_8859_1);
    }

    static byte[] classFile(Class<?> type) throws IOException {
        String file = type.getName().substring(type.getName().lastIndexOf('.') + 1) + ".class";
        try (InputStream in = type.getResourceAsStream(file)) {
            return in.readAllBytes();
        }
    }

    static byte[] zip(Map<String, byte[]> entries) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue());
                zip.closeEntry();
            }
        }
        return out.toByteArray();
    }

    private Path write(String name, byte[] bytes) throws IOException {
        return Files.write(dir.resolve(name), bytes);
    }
}
