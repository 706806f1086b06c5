package io.lethe.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.sql.ConnectionPoolDataSource;
import javax.sql.XADataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Servers whose class loaders do not ask the boot loader first, with a reference in their own configuration: two applications
 * share one data source, and the one that the grant names gets its connections through it.
 */
@NeedsServers({Wildfly.ARCHIVE, Liberty.ARCHIVE})
final class AppServersIT {

    private static final byte[] SECRET = Secrets.random(32);
    private static final Path DRIVER = Drivers.postgresql("42.7.14");

    /** Room enough that no collection falls into a login, as in {@link Program#roomy()}. */
    private static final List<String> ROOMY = List.of("-Xms512m", "-Xmx1g", "-Xmn300m", "-XX:MetaspaceSize=300m");

    private static Postgres postgres;
    private static VaultSetup vault;
    private static Wanted wanted;

    @BeforeAll
    static void start() {
        postgres = Postgres.start();
        postgres.createRole("orders", SECRET, Postgres.Auth.SCRAM);
        vault = VaultSetup.create().put("orders-db", SECRET);
        vault.grantWith("orders-db", postgres.target(), "--user", "orders", "--deployment", "orders.war");
        wanted = postgres.equivalents("orders").addTo(Wanted.secret("secret", SECRET), "", SECRET);
        vault.addIdentitiesTo(wanted);
    }

    @AfterAll
    static void stop() {
        postgres.close();
    }

    static Stream<Jdk> wildflyJdks() {
        return jdks(17, 8, 11, 17);
    }

    static Stream<Jdk> libertyJdks() {
        return jdks(8, 8, 11, 17, 21);
    }

    /** One of those that it runs on, or all. */
    private static Stream<Jdk> jdks(int one, Integer... supported) {
        List<Jdk> all = Jdks.all().stream()
                .filter(jdk -> List.of(supported).contains(jdk.major()))
                .toList();
        Stream<Jdk> wanted = all.stream().filter(jdk -> jdk.major() == one);
        return Matrix.full() || all.stream().noneMatch(jdk -> jdk.major() == one) ? all.stream() : wanted;
    }

    @ParameterizedTest
    @MethodSource("wildflyJdks")
    void wildfly_connectsAndLeavesNothing(Jdk jdk) throws IOException {
        try (Wildfly wildfly = Wildfly.install(DRIVER)
                .source(postgres.target(), Secrets.text(SECRET))
                .flags(String.join(" ", ROOMY))
                .start(jdk)) {
            control(wildfly);
        }
        // The expression is one of WildFly's: no such variable is set.
        try (Wildfly wildfly = Wildfly.install(DRIVER)
                .source(postgres.target(), "${env.ORDERS_PASSWORD:lethe:orders-db}")
                .flags(String.join(" ", ROOMY) + " " + agent())
                .start(jdk)) {
            underLethe(wildfly, jdk);
        }
    }

    @ParameterizedTest
    @MethodSource("libertyJdks")
    void liberty_connectsAndLeavesNothing(Jdk jdk) throws IOException {
        try (Liberty liberty = Liberty.install(DRIVER)
                .source(ConnectionPoolDataSource.class, postgres, Secrets.text(SECRET))
                .flags(ROOMY)
                .start(jdk)) {
            control(liberty);
        }
        try (Liberty liberty = Liberty.install(DRIVER)
                .source(XADataSource.class, postgres, "lethe:orders-db")
                .flags(Stream.concat(ROOMY.stream(), Stream.of(agent())).toList())
                .start(jdk)) {
            underLethe(liberty, jdk);
        }
    }

    private static String agent() {
        return "-javaagent:" + Program.agentJar() + "=" + vault.config();
    }

    private static void control(AppServer server) {
        assertThat(server.get("/orders/user")).as(server.log()).isEqualTo("orders");
        assertThat(MemoryScan.scan(server.pid(), wanted).total())
                .as("positive control")
                .isPositive();
    }

    private static void underLethe(AppServer server, Jdk jdk) {
        // A refusal first: what the pool then holds for the other application must not serve this one.
        assertThat(server.get("/billing/user")).contains("is for the deployment orders.war, this one");
        for (int i = 0; i < 3; i++) {
            assertThat(server.get("/orders/user")).as(server.log()).isEqualTo("orders");
        }
        Left.nothing(vault, server.pid(), jdk, MemoryScan.scan(server.pid(), wanted));
        assertThat(server.log()).contains("lethe:orders-db").doesNotContain("LinkageError", "NoClassDefFoundError");
    }
}
