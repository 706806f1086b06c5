package io.lethe.secret.residue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GcWatchTest {

    // ZGC was experimental up to 14
    private static final String UNLOCK = "-XX:+UnlockExperimentalVMOptions";

    @TempDir
    private static Path classes;

    @BeforeAll
    static void compile() {
        Programs.compile(classes, "GcWatchApp");
    }

    @ParameterizedTest
    @MethodSource("io.lethe.secret.residue.Programs#jdks")
    void collections_areCounted_andNoneWhereThereWasNone(String home) throws Exception {
        for (String collector : List.of("Serial", "Parallel", "G1", "Z", "Shenandoah")) {
            String option = "-XX:+Use" + collector + "GC";
            if (has(home, option)) {
                List<String> lines = run(home, option).lines().toList();
                assertThat(lines).as(collector).contains("before 0", "after true");
            }
        }
    }

    /** An application server names a log manager that only its own loader can see: initializing JUL early breaks it. */
    @ParameterizedTest
    @MethodSource("io.lethe.secret.residue.Programs#jdks")
    void counting_startsNeitherJulNorAnMBeanServer(String home) throws Exception {
        String loaded = run(home, "-verbose:class");
        assertThat(loaded).contains("java.lang.management.ManagementFactory");
        assertThat(loaded).doesNotContain("MBeanServer", "java.util.logging.Level", "java.util.logging.Logger");
    }

    /** JDK 8 has neither of the last two, Oracle's builds have no Shenandoah. */
    private static boolean has(String home, String option) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(home + "/bin/java", UNLOCK, option, "-version")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        boolean has = process.waitFor() == 0;
        assertThat(has || option.contains("Z") || option.contains("Shen"))
                .as(option)
                .isTrue();
        return has;
    }

    private static String run(String home, String option) throws IOException, InterruptedException {
        Process process = Programs.start(home, List.of(UNLOCK, option, "-Xmx64m"), classes, "GcWatchApp");
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).isZero();
        return output;
    }
}
