package io.lethe.harness;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@link Rotations} in front of a real PostgreSQL. */
final class RotationIT {

    private static final Results RESULTS = new Results("rotation");

    static List<Jdk> jdks() {
        return Rotations.jdks();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("jdks")
    void secretsRotateAndTheGrantEnds_withoutAFailedQuery_andNoConnectionOutlivesThem(Jdk jdk) throws IOException {
        try (RotatingServer server = RotatingServer.postgres()) {
            Rotations.run(jdk, server, RESULTS);
        }
    }
}
