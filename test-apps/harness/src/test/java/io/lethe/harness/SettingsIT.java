package io.lethe.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every switch of lethe.yaml does what the reference table says, and the file is found wherever it may be named. */
final class SettingsIT {

    private static final byte[] SECRET = Secrets.random(32);
    private static final String NEWEST = "42.7.14";
    private static final String CONNECTED = "connected\n";

    private static Postgres postgres;
    private static VaultSetup vault;
    private static Path renaming;

    @BeforeAll
    static void start() throws IOException {
        renaming = Compiled.agent("Renaming", """
                public class Renaming {
                    public static void premain(String argument) {
                        System.setProperty("java.vm.name", "Another VM");
                    }
                }
                """);
        postgres = Postgres.start();
        postgres.createRole("orders", SECRET, Postgres.Auth.SCRAM);
        vault = VaultSetup.create().put("orders-db", SECRET);
        vault.grant("orders-db", postgres.target(), "orders");
    }

    @AfterAll
    static void stop() {
        postgres.close();
    }

    static Iterable<Jdk> jdks() {
        return Jdks.all();
    }

    private static Program withReference() {
        return with("lethe:orders-db");
    }

    private static Program inClear() {
        return with(Secrets.text(SECRET));
    }

    private static Program with(String password) {
        return Program.of("EnvironmentApp")
                .with(Drivers.postgresql(NEWEST))
                .env("DB_URL", postgres.url())
                .env("DB_USER", "orders")
                .env("DB_PASSWORD", password);
    }

    private static Commands.Output refuses(Program program) {
        long before = postgres.log().connectionsReceived();
        Commands.Output output = program.run().orFail();
        assertThat(output.out())
                .startsWith("28000 java.sql.SQLInvalidAuthorizationSpecException lethe: ")
                .doesNotContain("\\n");
        assertThat(postgres.log().connectionsReceived()).isEqualTo(before);
        return output;
    }

    @Test
    void notEnabled_refusesReferencesAndLetsOthersThrough() {
        Path config = vault.config("enabled: false");
        assertThat(refuses(withReference().underLethe(config)).out()).contains("enabled: false");
        assertThat(inClear().underLethe(config).run().out()).isEqualTo(CONNECTED);
    }

    @Test
    void observe_saysWhatAGrantWouldDecideAndRefuses() {
        Path config = vault.config("mode: observe");
        assertThat(refuses(withReference().underLethe(config)).err())
                .startsWith("lethe: lethe:orders-db for " + postgres.target() + ": mode: observe")
                .contains("g1");
        Commands.Output denied =
                refuses(withReference().env("DB_USER", "postgres").underLethe(config));
        assertThat(denied.err()).contains("mode: observe").contains("orders");
        Commands.Output clear = inClear().underLethe(config).run();
        assertThat(clear.out()).isEqualTo(CONNECTED);
        assertThat(clear.err()).isEmpty();
    }

    /** A driver of which one sink is not as it was when it was read: here MD5, which this login does not need. */
    @Test
    void strict_refusesADriverThatIsNotWhollyRecognised() throws IOException {
        Path changed = Compiled.classes("org.postgresql.util.MD5Digest", """
                package org.postgresql.util;
                public class MD5Digest {
                    public static byte[] encode(byte[] user, byte[] password, byte[] salt, int rounds) {
                        throw new UnsupportedOperationException();
                    }
                }
                """);
        assertThat(refuses(before(changed, withReference()).underLethe(vault.config()))
                        .out())
                .contains("lethe:orders-db", "MD5Digest");
        assertThat(before(changed, withReference())
                        .underLethe(vault.config("strict: false"))
                        .run()
                        .out())
                .isEqualTo(CONNECTED);
        assertThat(before(changed, inClear()).underLethe(vault.config()).run().out())
                .isEqualTo(CONNECTED);
    }

    private static Program before(Path classes, Program program) {
        return program.flags("-Xbootclasspath/a:" + classes);
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void unsupportedJvm_runsTheApplicationWithoutLethe_orEndsBeforeMainWhereItIsRequired(Jdk jdk) {
        // No -D gives a JVM another name; an agent that comes before ours can.
        String other = "-javaagent:" + renaming;
        Commands.Output runs =
                inClear().on(jdk).flags(other).underLethe(vault.config()).run();
        assertThat(runs.out()).isEqualTo(CONNECTED);
        assertThat(runs.err()).startsWith("lethe: ").contains("'Another VM'").hasLineCount(1);

        Commands.Output ends = inClear()
                .on(jdk)
                .flags(other)
                .underLethe(vault.config("required: true"))
                .run();
        assertThat(ends.exit()).isEqualTo(3);
        assertThat(ends.out()).isEmpty();
        assertThat(ends.err()).startsWith("lethe: ").contains("required: true").hasLineCount(1);

        assertThat(withReference()
                        .on(jdk)
                        .underLethe(vault.config("required: true"))
                        .run()
                        .out())
                .as("a supported one starts")
                .isEqualTo(CONNECTED);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "brokr: vault:/x | 'brokr' | 'broker'",
                "enable: true | 'enable' | 'enabled'",
                "auditdir: /x | 'auditdir' | 'audit.dir'",
                "audit: {folder: /x} | 'audit.folder' | 'audit.",
                "vaultkey: x | 'vaultkey' | 'vault-key'",
                "mode: watch | mode | enforce, observe",
                "enabled: maybe | enabled | true or false",
                "strict: 1 | strict | true or false"
            })
    void mistake_isRefusedAndSaidWithWhatIsNear(String line, String wrong, String near) {
        Commands.Output output = refuses(withReference().underLethe(vault.config(line)));
        assertThat(output.out()).contains(wrong.trim().replace("\"", ""), near.trim());
        assertThat(output.err()).hasLineCount(1);
    }

    @Test
    void configIsFound_byArgumentThenPropertyThenVariableThenHome() throws IOException {
        String good = vault.config().toString();
        Path nowhere = TemporaryFiles.directory("lethe-home-");
        Path home = TemporaryFiles.directory("lethe-home-");
        Path usual = Files.createDirectories(home.resolve(".config/lethe")).resolve("lethe.yaml");
        Files.copy(Path.of(good), usual);
        String bad = nowhere.resolve("none.yaml").toString();

        List<Program> found = List.of(
                withReference()
                        .underLethe(Path.of(good))
                        .flags("-Dlethe.config=" + bad)
                        .env("LETHE_CONFIG", bad),
                withReference().underLethe().flags("-Dlethe.config=" + good).env("LETHE_CONFIG", bad),
                withReference().underLethe().flags("-Duser.home=" + nowhere).env("LETHE_CONFIG", good),
                withReference().underLethe().flags("-Duser.home=" + home));
        for (int i = 0; i < found.size(); i++) {
            assertThat(found.get(i).run().out()).as("place %d", i).isEqualTo(CONNECTED);
        }

        List<Program> namedButMissing = List.of(
                withReference()
                        .underLethe(Path.of(bad))
                        .flags("-Dlethe.config=" + good)
                        .env("LETHE_CONFIG", good),
                withReference().underLethe().flags("-Dlethe.config=" + bad).env("LETHE_CONFIG", good),
                withReference().underLethe().flags("-Duser.home=" + home).env("LETHE_CONFIG", bad));
        for (Program program : namedButMissing) {
            assertThat(refuses(program).out()).contains(bad);
        }
    }

    /** The JVM itself appends every agent's jar to the class path. */
    @ParameterizedTest
    @MethodSource("jdks")
    void systemProperties_areTheSameAfterAConnection(Jdk jdk) {
        String with = withReference()
                .on(jdk)
                .underLethe(vault.config())
                .arguments("properties")
                .run()
                .orFail()
                .out();
        String without =
                inClear().on(jdk).arguments("properties").run().orFail().out();
        assertThat(without).endsWith(CONNECTED).contains("java.class.path=");
        assertThat(lines(with.replace(":" + Program.agentJar() + "\n", "\n"))).isEqualTo(lines(without));
    }

    private static List<String> lines(String text) {
        return text.lines().collect(Collectors.toList());
    }
}
