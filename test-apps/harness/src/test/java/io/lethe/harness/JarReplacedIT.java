package io.lethe.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Somebody updates or removes lethe.jar under a running JVM, before its first connection: that connection works or is refused
 * in one line, the JVM does not crash, and what carries no reference goes on. On the oldest and the newest JDK, which read
 * jars in different ways, and the running one.
 */
final class JarReplacedIT {

    private static final byte[] SECRET = Secrets.random(32);

    private static Postgres postgres;
    private static VaultSetup vault;

    /** What may happen to a file. */
    private enum Change {
        OVERWRITTEN {
            @Override
            void apply(Path jar) throws IOException {
                byte[] other = new byte[(int) Files.size(jar)];
                new Random(1).nextBytes(other);
                overwrite(jar, other);
            }
        },
        /** What {@code cp newer.jar lethe.jar} does: the same file, another jar, with everything at another place. */
        REPLACED_BY_ANOTHER_JAR {
            @Override
            void apply(Path jar) throws IOException {
                overwrite(jar, Files.readAllBytes(Drivers.postgresql("42.2.0")));
            }
        },
        RENAMED {
            @Override
            void apply(Path jar) throws IOException {
                Files.move(jar, jar.resolveSibling("lethe.jar.old"));
            }
        },
        DELETED {
            @Override
            void apply(Path jar) throws IOException {
                Files.delete(jar);
            }
        };

        abstract void apply(Path jar) throws IOException;

        /** In place, as no package manager would: the inode stays, and with it whatever maps it. */
        static void overwrite(Path jar, byte[] bytes) throws IOException {
            try (RandomAccessFile file = new RandomAccessFile(jar.toFile(), "rw")) {
                file.write(bytes);
                file.setLength(bytes.length);
            }
        }
    }

    @BeforeAll
    static void start() {
        postgres = Postgres.start();
        postgres.createRole("orders", SECRET, Postgres.Auth.SCRAM);
        vault = VaultSetup.create().put("orders-db", SECRET);
        vault.grant("orders-db", postgres.target(), "orders");
    }

    @AfterAll
    static void stop() {
        postgres.close();
    }

    static Stream<Arguments> cases() {
        int newest = Jdks.all().get(Jdks.all().size() - 1).major();
        return Jdks.all().stream()
                .filter(jdk -> jdk.major() == 8 || jdk.major() == newest || jdk.equals(Jdks.running()))
                .flatMap(jdk -> Stream.of(Change.values()).map(change -> Arguments.of(jdk, change)));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("cases")
    void firstConnectAfterIt_worksOrIsRefused_andTheRestGoesOn(Jdk jdk, Change change) throws IOException {
        Path directory = TemporaryFiles.directory("lethe-jar-");
        Path jar = Files.copy(Program.agentJar(), directory.resolve("lethe.jar"));
        try (App app = program(jdk)
                .flags("-javaagent:" + jar + "=" + vault.config(), "-XX:ErrorFile=" + directory.resolve("crash.log"))
                .config(reference())
                .start()) {
            change.apply(jar);
            String answer = app.ask("connect");
            if (!answer.equals("ok 1")) {
                assertThat(answer).startsWith("error 28000 ").contains("lethe:orders-db");
            }
            app.mustDo("config " + Program.propertiesFile(inClear()));
            assertThat(app.ask("connect 2")).isEqualTo("ok 2");
            // Management classes, threads: what has not been loaded yet is looked for in every jar of the path.
            app.mustDo("collections");
            assertThat(app.ask("threads 2")).isEqualTo("ok 2");
            assertThat(app.exit()).as(app.err()).isZero();
            assertThat(app.err().lines().filter(line -> !line.startsWith("lethe: ")))
                    .isEmpty();
            assertThat(app.err().lines().count()).isLessThanOrEqualTo(1);
        }
        assertThat(Files.exists(directory.resolve("crash.log"))).isFalse();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("cases")
    void programWithoutReferences_saysTheSame(Jdk jdk, Change change) throws IOException {
        Path directory = TemporaryFiles.directory("lethe-jar-");
        Path jar = Files.copy(Program.agentJar(), directory.resolve("lethe.jar"));
        Commands.Output with;
        try (App app = program(jdk)
                .flags("-javaagent:" + jar + "=" + vault.config(), "-XX:ErrorFile=" + directory.resolve("crash.log"))
                .config(inClear())
                .start()) {
            change.apply(jar);
            with = talk(app);
        }
        try (App app = program(jdk).config(inClear()).start()) {
            assertThat(with).isEqualTo(talk(app));
        }
        assertThat(Files.exists(directory.resolve("crash.log"))).isFalse();
    }

    private static Commands.Output talk(App app) {
        app.ask("connect 2");
        app.ask("query");
        app.ask("threads 2");
        app.ask("gc");
        app.ask("config " + Program.propertiesFile(Configs.plain(postgres.url(), "orders", "another")));
        app.ask("connect");
        app.ask("no-such-command");
        return new Commands.Output(app.exit(), app.out(), app.err());
    }

    private static Program program(Jdk jdk) {
        return Program.of("PlainJdbc").on(jdk).with(Drivers.postgresql("42.7.14"));
    }

    private static Map<String, String> reference() {
        return Configs.plain(postgres.url(), "orders", "lethe:orders-db");
    }

    private static Map<String, String> inClear() {
        return Configs.plain(postgres.url(), "orders", Secrets.text(SECRET));
    }
}
