package io.lethe.harness;

import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.broker.digest.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * README's walk-through for Tomcat, taken from README: its two blocks go into {@code bin/setenv.sh} and {@code conf/context.xml}
 * of a real Tomcat, with only the places of jar, config and database changed. The later Tomcat gets the same applications, which
 * it translates from {@code javax.servlet}.
 */
final class TomcatIT {

    private static final byte[] SECRET = Secrets.random(32);

    /** Room enough that no collection falls into a login, as in {@link Program#roomy()}. */
    private static final String ROOMY = "CATALINA_OPTS=\"-Xms256m -Xmx512m -Xmn150m -XX:MetaspaceSize=200m\"\n";

    private static Postgres postgres;
    private static VaultSetup vault;

    @BeforeAll
    static void start() throws IOException {
        postgres = Postgres.start();
        postgres.createRole("orders", SECRET, Postgres.Auth.SCRAM);
        vault = VaultSetup.create().put("orders-db", SECRET);
        String driver = Sha256.hex(Files.readAllBytes(Tomcat.driver()));
        vault.grantWith(
                "orders-db",
                postgres.target(),
                "--user",
                "orders",
                "--deployment",
                "orders",
                "--driver-sha256",
                driver);
    }

    @AfterAll
    static void stop() {
        postgres.close();
    }

    /** The oldest and the one that runs this with one, the newest with the other; or each with each. */
    static Stream<Arguments> tomcats() {
        List<Jdk> all = Jdks.all();
        Jdk newest = all.get(all.size() - 1);
        Stream<Arguments> javax = (Matrix.full()
                        ? all.stream()
                        : Stream.of(all.get(0), Jdks.running()).distinct())
                .map(jdk -> Arguments.of(jdk, Tomcat.JAVAX));
        Stream<Arguments> jakarta = (Matrix.full() ? all.stream().filter(jdk -> jdk.major() >= 11) : Stream.of(newest))
                .map(jdk -> Arguments.of(jdk, Tomcat.JAKARTA));
        return Stream.concat(javax, jakarta);
    }

    @ParameterizedTest(name = "{0} Tomcat {1}")
    @MethodSource("tomcats")
    void jndiDataSource_connectsAndLeavesNothing(Jdk jdk, String version) throws IOException, InterruptedException {
        List<String> readme = Readme.blocks("Tomcat, JNDI");
        assertThat(readme).hasSize(2);
        String setenv = replaced(
                readme.get(0), "/opt/lethe/lethe.jar", Program.agentJar().toString());
        String context = replaced(readme.get(1), "postgresql://db:5432/orders", postgres.target());
        Wanted wanted = postgres.equivalents("orders").addTo(Wanted.secret("secret", SECRET), "", SECRET);
        vault.addIdentitiesTo(wanted);

        String inClear = replaced(context, "lethe:orders-db", Secrets.text(SECRET));
        try (Tomcat tomcat =
                Tomcat.install(version).setenv(ROOMY).context(inClear).start(jdk)) {
            assertThat(tomcat.get("/orders/user")).isEqualTo("orders");
            assertThat(MemoryScan.scan(tomcat.pid(), wanted).total())
                    .as("positive control")
                    .isPositive();
        }
        String agent = replaced(setenv, "/etc/lethe/lethe.yaml", vault.config().toString());
        try (Tomcat tomcat = Tomcat.install(version)
                .deploy("billing")
                .setenv(ROOMY + agent)
                .context(context)
                .start(jdk)) {
            for (int i = 0; i < 3; i++) {
                assertThat(tomcat.get("/orders/user")).as(tomcat.log()).isEqualTo("orders");
            }
            Left.nothing(vault, tomcat.pid(), jdk, MemoryScan.scan(tomcat.pid(), wanted));
            assertThat(tomcat.log()).doesNotContain("lethe: ");
            // The other application beside it has the same code, driver and data source, and no grant.
            assertThat(tomcat.get("/billing/user"))
                    .contains("is for the deployment orders, this one&#39;s is ")
                    .contains("webapps&#47;billing");
            // README says CATALINA_OPTS; who takes JAVA_OPTS has the flag in the command that stops Tomcat, too.
            assertThat(tomcat.stop(jdk, agent(agent))).doesNotContain("lethe");
            assertThat(tomcat.log()).contains("Destroying ProtocolHandler");
        }
    }

    private static String agent(String setenv) {
        return setenv.substring(setenv.indexOf("-javaagent"), setenv.lastIndexOf('"'));
    }

    private static String replaced(String text, String what, String by) {
        assertThat(text).contains(what);
        return text.replace(what, by);
    }
}
