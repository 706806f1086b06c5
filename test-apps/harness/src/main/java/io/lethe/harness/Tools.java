package io.lethe.harness;

import java.io.File;
import java.util.Arrays;

/**
 * Programs that a test takes from the machine. What is missing is said aloud, or is a failure where a variable of the
 * environment says so. Stateless.
 */
final class Tools {

    private Tools() {}

    /** Whether Debian's {@code age} is here; {@code LETHE_REQUIRE_AGE=1} makes its absence a failure. */
    static boolean age() {
        return required(exist("age"), "LETHE_REQUIRE_AGE", "what Debian's age opens: there is no age on the PATH");
    }

    /** Whether a program of this name is on the PATH. */
    static boolean exist(String name) {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .anyMatch(folder -> new File(folder, name).canExecute());
    }

    /**
     * The same boolean.
     *
     * @param variable which makes a no a failure where it is 1
     * @param untested what cannot be tested, and why
     */
    static boolean required(boolean here, String variable, String untested) {
        if (!here && "1".equals(System.getenv(variable))) {
            throw new IllegalStateException(variable + "=1, but not to be tested: " + untested);
        }
        if (!here) {
            System.out.println("**** NOT TESTED: " + untested + " ****");
        }
        return here;
    }
}
