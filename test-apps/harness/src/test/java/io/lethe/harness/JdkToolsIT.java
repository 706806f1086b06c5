package io.lethe.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * {@code JAVA_TOOL_OPTIONS} reaches every JVM that is started, also those of the JDK's tools and of Lethe's own command line:
 * the agent does nothing there. A source file that the launcher compiles is an application.
 */
final class JdkToolsIT {

    private static final String AGENT = "-javaagent:" + Program.agentJar() + "=/nonexistent";
    private static final String PICKED_UP = "Picked up JAVA_TOOL_OPTIONS: " + AGENT + "\n";

    static Iterable<Jdk> jdks() {
        return Jdks.all();
    }

    static Stream<Arguments> tools() {
        List<List<String>> commands = List.of(
                List.of("keytool", "-help"),
                List.of("javac", "-version"),
                List.of("java", "-jar", Program.agentJar().toString(), "--version"));
        return Jdks.all().stream().flatMap(jdk -> commands.stream().map(command -> Arguments.of(jdk, command)));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("tools")
    void tool_saysTheSame(Jdk jdk, List<String> command) {
        Commands.Output with = run(jdk, command, AGENT);
        assertThat(with.err()).startsWith(PICKED_UP);
        assertThat(withoutFirstLine(with)).isEqualTo(run(jdk, command, null));
    }

    /** What they list differs from one moment to the next; the rest does not. */
    @ParameterizedTest
    @MethodSource("jdks")
    void listsOfJvms_areListsAndNothingElse(Jdk jdk) {
        for (List<String> command : List.of(List.of("jcmd", "-l"), List.of("jps"))) {
            Commands.Output with = run(jdk, command, AGENT);
            assertThat(with.err()).startsWith(PICKED_UP);
            Commands.Output rest = withoutFirstLine(with);
            Commands.Output without = run(jdk, command, null);
            assertThat(rest.exit()).isEqualTo(without.exit());
            assertThat(rest.err()).isEqualTo(without.err());
            assertThat(rest.out().lines()).isNotEmpty().allMatch(line -> line.matches("\\d+ .*"));
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void sourceFile_isAnApplication(Jdk jdk) throws IOException {
        if (jdk.major() < 11) {
            // The launcher of 8 does not run source files; this is what it says to one, with and without Lethe.
            assertThat(run(jdk, List.of("java", "Foo.java"), null).exit()).isNotZero();
            return;
        }
        Path source = TemporaryFiles.directory("lethe-source-").resolve("Foo.java");
        Files.writeString(source, """
                public class Foo {
                    public static void main(String[] args) throws Exception {
                        try {
                            java.sql.DriverManager.getConnection(
                                    "jdbc:postgresql://127.0.0.1:1/orders", "orders", "lethe:orders-db");
                        } catch (java.sql.SQLException e) {
                            System.out.println(e.getSQLState() + " " + e.getMessage());
                        }
                    }
                }
                """);
        List<String> command =
                List.of("java", "-cp", Drivers.postgresql("42.7.14").toString(), source.toString());
        Commands.Output with = run(jdk, command, AGENT).orFail();
        assertThat(with.out()).startsWith("28000 lethe: ").contains("/nonexistent");
        assertThat(withoutFirstLine(with).err()).startsWith("lethe: there is no config at /nonexistent");
        // The positive control: without Lethe the driver tries, and would send the reference.
        assertThat(run(jdk, command, null).orFail().out()).startsWith("08001 ");
    }

    private static Commands.Output run(Jdk jdk, List<String> command, String agent) {
        List<String> line = new ArrayList<>(command);
        line.set(0, jdk.home().resolve("bin").resolve(command.get(0)).toString());
        ProcessBuilder builder = new ProcessBuilder(line);
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"));
        if (agent != null) {
            builder.environment().put("JAVA_TOOL_OPTIONS", agent);
        }
        return Commands.run(builder, new byte[0]);
    }

    private static Commands.Output withoutFirstLine(Commands.Output output) {
        String rest = output.err().lines().skip(1).map(line -> line + "\n").collect(Collectors.joining());
        return new Commands.Output(output.exit(), output.out(), rest);
    }
}
