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

    /** Whether this process may start others as another user, with the JDK that runs it. */
    public static boolean exist() {
        try {
            if (!Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))) {
                return false;
            }
            List<String> java = new ArrayList<>(as(FIRST));
            java.addAll(List.of(Jdks.running().java().toString(), "-version"));
            return Commands.run(java, new byte[0]).exit() == 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a command begins with that is to run as this user, without any other group; nothing where there is only one. */
    public static List<String> as(int uid) {
        return List.of("setpriv", "--reuid=" + uid, "--regid=" + uid, "--clear-groups", "--");
    }
}
