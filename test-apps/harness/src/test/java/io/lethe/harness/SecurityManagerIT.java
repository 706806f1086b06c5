package io.lethe.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Under a SecurityManager, whose policy gives the application what it needs without Lethe and lethe.jar everything, references
 * connect: what Lethe does, it does with its own rights and not with the application's. Where the policy says nothing of
 * lethe.jar the application runs without it and is told what to allow. JDK 24 removed the SecurityManager.
 */
final class SecurityManagerIT {

    private static final byte[] SECRET = Secrets.random(32);

    private static Postgres postgres;
    private static VaultSetup vault;

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

    static List<Jdk> jdks() {
        return Jdks.all().stream().filter(jdk -> jdk.major() < 24).toList();
    }

    /** What plain pgjdbc and this program need; nothing about Lethe. */
    private static String application() {
        return """
                grant {
                    permission java.util.PropertyPermission "*", "read";
                    permission java.lang.RuntimePermission "getenv.*";
                    permission java.lang.RuntimePermission "accessDeclaredMembers";
                    permission java.net.SocketPermission "127.0.0.1:1024-", "connect,resolve";
                    permission java.io.FilePermission "${user.home}/.postgresql/*", "read";
                };
                """;
    }

    private static String lethe() {
        return "grant codeBase \"file:" + Program.agentJar() + "\" { permission java.security.AllPermission; };\n";
    }

    private static Program program(Jdk jdk, String password, String policy) throws IOException {
        Path file = TemporaryFiles.directory("lethe-policy-").resolve("app.policy");
        Files.writeString(file, policy);
        return Program.of("EnvironmentApp")
                .on(jdk)
                .with(Drivers.postgresql("42.7.14"))
                .flags("-Djava.security.manager", "-Djava.security.policy=" + file)
                .env("DB_URL", postgres.url())
                .env("DB_USER", "orders")
                .env("DB_PASSWORD", password);
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void policyThatNamesLethe_connectsWithAReference(Jdk jdk) throws IOException {
        Commands.Output plain =
                program(jdk, Secrets.text(SECRET), application()).run();
        assertThat(plain.out()).as(plain.err()).isEqualTo("connected\n");
        Commands.Output with = program(jdk, "lethe:orders-db", application() + lethe())
                .underLethe(vault.config())
                .run();
        assertThat(with).isEqualTo(plain);
        // Loaded by the program itself, and so woven with the program's classes on the stack.
        assertThat(program(jdk, "lethe:orders-db", application() + lethe())
                        .env("DB_DRIVER", "org.postgresql.Driver")
                        .underLethe(vault.config())
                        .run())
                .isEqualTo(plain);
        assertThat(program(jdk, Secrets.text(SECRET), application() + lethe())
                        .underLethe(vault.config())
                        .run())
                .isEqualTo(plain);
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void policyWithoutLethe_saysWhatToAllow_andLeavesTheApplicationAlone(Jdk jdk) throws IOException {
        Commands.Output plain =
                program(jdk, Secrets.text(SECRET), application()).run();
        Commands.Output with = program(jdk, Secrets.text(SECRET), application())
                .underLethe(vault.config())
                .run();
        assertThat(with.out()).isEqualTo(plain.out());
        assertThat(with.err().replace(plain.err(), ""))
                .startsWith("lethe: ")
                .contains("java.security.AllPermission", "lethe.jar")
                .hasLineCount(1);
    }
}
