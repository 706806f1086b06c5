package io.lethe.harness;

import java.util.ArrayList;
import java.util.List;

/**
 * Commands for which root mounts something that nobody else sees, and that is gone when they have ended: a journal, a control
 * group, a full disk. Stateless.
 */
final class Namespaces {

    private static final String JOURNALD = "/usr/lib/systemd/systemd-journald";

    /**
     * What has been written to standard error is in the journal: that of a journald of its own, whose socket the command's
     * standard error is, as systemd does it for a unit.
     */
    private static final String JOURNAL = "set -eu\nkept=$1\nshift\nmount -t tmpfs none /run\n"
            + "mkdir -p /run/systemd/journal /run/log/journal\n"
            + JOURNALD + " 2> /run/said &\ndaemon=$!\ntrap 'kill $daemon' EXIT\n"
            + "until [ -S /run/systemd/journal/stdout ]; do kill -0 $daemon; sleep 0.05; done\n"
            + "systemd-cat -t orders sh -c 'exec \"$@\" >&3 3>&-' orders \"$@\" 3>&1\n"
            + "journalctl -q --sync\n"
            + "for form in short short-iso cat json export; do\n"
            + "  journalctl -q --no-pager -t orders -o $form > \"$kept.$form\"\ndone\n"
            + "find /run/log/journal -name '*.journal' -exec setpriv --reuid=" + Users.FIRST
            + " --clear-groups -- sh -c '( : >> \"$1\" ) && echo \"$1\" may be written' - {} ';' 2> /dev/null\n";

    /** @see #inControlGroup */
    private static final String CONTROL_GROUP =
            "set -eu\nplace=$1\ngroup=$2\nshift 2\nmount -t cgroup2 none \"$place\"\n"
                    + "mkdir -p \"$place$group\"\necho $$ > \"$place$group/cgroup.procs\"\numount \"$place\"\nexec \"$@\"\n";

    private static final String WITHOUT_GROUP =
            "set -eu\nplace=$1\ngroup=$2\nmount -t cgroup2 none \"$place\"\ncd \"$place\"\n"
                    + "until rmdir \"$place$group\" 2> /dev/null; do grep -q . \"$place$group/cgroup.procs\"; sleep 0.05; done\n"
                    + "rmdir -p \"$(dirname \".$group\")\" 2> /dev/null || true\n";

    private static final String FULL_DISK = "set -eu\nplace=$1\nshift\nmount -t tmpfs -o size=64k none \"$place\"\n"
            + "head -c 200000 /dev/zero > \"$place/filled\" 2> /dev/null || true\nexec \"$@\"\n";

    private Namespaces() {}

    /** Whether root may mount here; {@code LETHE_REQUIRE_NAMESPACES=1} makes a no a failure. */
    static boolean exist() {
        return required(
                Users.exist() && can("mount -t tmpfs none /mnt"), "what root has to mount for: it may not mount here");
    }

    /** Whether a journald can be started here. */
    static boolean journal() {
        boolean here = exist() && Tools.exist("systemd-cat") && can("test -x " + JOURNALD);
        return required(here, "heads in systemd's journal: there is no systemd, or root may not mount here");
    }

    /** Whether there are control groups of version 2 here, and root may make one. */
    static boolean controlGroups() {
        boolean here = exist() && can("mount -t cgroup2 none /mnt && mkdir /mnt/lethe-test && rmdir /mnt/lethe-test");
        return required(here, "control groups: root may not make any here");
    }

    private static boolean required(boolean here, String untested) {
        return Tools.required(here, "LETHE_REQUIRE_NAMESPACES", untested);
    }

    private static boolean can(String script) {
        return Tools.exist("unshare")
                && Commands.run("unshare", "-m", "sh", "-c", script).exit() == 0;
    }

    /**
     * The command's standard error goes to a journal; what it said to standard output comes out, and a line for each of the
     * journal's files that {@link Users#FIRST} could write.
     *
     * @param kept where what the journal has of it goes, with the name of the format at its end
     */
    static List<String> withJournal(String kept) {
        return launcher(JOURNAL, kept);
    }

    /** @param group of version 2, such as {@code /system.slice/orders.service}; {@link #without} takes it away */
    static List<String> inControlGroup(String place, String group) {
        return launcher(CONTROL_GROUP, place, group);
    }

    /** Takes a control group away when its last process has ended. */
    static void without(String place, String group) {
        Commands.run(launcher(WITHOUT_GROUP, place, group), new byte[0]).orFail();
    }

    /** A folder on which nothing more can be stored, for this command alone. */
    static List<String> withFullDisk(String place) {
        return launcher(FULL_DISK, place);
    }

    private static List<String> launcher(String script, String... arguments) {
        List<String> command = new ArrayList<>(List.of("unshare", "-m", "bash", "-c", script, "lethe-test"));
        command.addAll(List.of(arguments));
        return command;
    }
}
