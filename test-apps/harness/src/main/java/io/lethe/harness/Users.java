package io.lethe.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Processes of users of their own, as two applications on one host have them: numbers that belong to nobody, which root may
 * take. Who is not root has one user only, and {@link #exist} says so. Stateless.
 */
public final class Users {

    /** Where two applications are two users. */
    public static final int FIRST = 64001;

    public static final int SECOND = 64002;

    private Users() {}

    /**
     * Whether this process may start others as another user, with the JDK that runs it and the agent under test. Where not,
     * that is said aloud, or is a failure where {@code LETHE_REQUIRE_USERS=1}.
     */
    public static boolean exist() {
        boolean here = isRoot()
                && Tools.exist("setpriv")
                && can(Jdks.running().java().toString(), "-version")
                && can("test", "-r", Program.agentJar().toString());
        return Tools.required(
                here,
                "LETHE_REQUIRE_USERS",
                "two applications as two users: that needs root, setpriv, and a JDK and a"
                        + " checkout that every user may read");
    }

    private static boolean can(String... command) {
        List<String> line = new ArrayList<>(as(FIRST));
        line.addAll(List.of(command));
        return Commands.run(line, new byte[0]).exit() == 0;
    }

    private static boolean isRoot() {
        try {
            return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a command begins with that is to run as this user, without any other group; nothing where there is only one. */
    public static List<String> as(int uid) {
        return List.of("setpriv", "--reuid=" + uid, "--regid=" + uid, "--clear-groups", "--");
    }
}
