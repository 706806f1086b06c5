package io.lethe.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@code lethe check} says of the drivers, clients and JDKs that the residue tests scan: it has to be what weaving them says. */
final class CheckIT {

    static Iterable<Jdk> jdks() {
        return Jdks.all();
    }

    @Test
    void everyDriverAndClientUnderTest_isHooked() {
        Path drivers = Drivers.postgresql("42.7.4").getParent();

        Commands.Output output = check(Jdks.running(), drivers);

        List<String> outcomes = output.out()
                .lines()
                .filter(line -> line.startsWith("HOOKED") || line.startsWith("PARTIAL") || line.startsWith("UNKNOWN"))
                .toList();
        assertThat(outcomes).hasSizeGreaterThan(50);
        for (String sink : List.of(
                "postgresql",
                "mariadb",
                "mysql",
                "h2",
                "hsqldb",
                "derby",
                "Apache4",
                "Apache5",
                "Commons3",
                "Axis1",
                "OkHttp",
                "Netty",
                "NettyHttp2",
                "GrpcOkHttp",
                "Jetty")) {
            assertThat(outcomes).anyMatch(line -> line.endsWith(": " + sink));
        }
        assertThat(outcomes)
                .filteredOn(line -> !line.startsWith("HOOKED"))
                .as(
                        "what is not hooked: Tomcat's examples and c3p0's library have data sources of their own, Derby has many,"
                                + " UCP brings Oracle's driver, and MySQL's 5.1 one for Fabric")
                .allMatch(line -> line.contains("it gets no reference")
                        && Stream.of(
                                        "taglibs-standard-impl",
                                        "mchange-commons-java",
                                        "org.apache.derby.",
                                        "com.mysql.fabric.jdbc.",
                                        "oracle.jdbc.driver.OracleDriver")
                                .anyMatch(line::contains));
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void eachJdksOwnClientsAndTls_areHooked(Jdk jdk) {
        Commands.Output output = check(jdk, Program.agentJar());

        assertThat(output.out())
                .contains(": UrlConnection\n", ": JSSE\n", ": sockets\n")
                .doesNotContain("PARTIAL", "UNKNOWN");
        assertThat(output.exit()).as(output.out()).isZero();
    }

    private static Commands.Output check(Jdk jdk, Path path) {
        return Commands.run(jdk.java().toString(), "-jar", Program.agentJar().toString(), "check", path.toString());
    }
}
