package io.lethe.broker;

import java.io.File;
import org.jspecify.annotations.Nullable;

/**
 * What the kernel's control groups say of this process: its group, its systemd unit, its container. Written for cgroup v2
 * ({@code 0::/system.slice/orders.service}), v1 ({@code 1:name=systemd:/docker/<id>}) and hosts with both.
 *
 * <p>Loaded by the agent loader. Reads two files of {@code /proc}; where they are not there, as on other systems, nothing is
 * known. In a namespace of its own a process sees its group as {@code /}; then the container is found in where its
 * {@code /etc/hosts} and the like were mounted from, as Docker and Podman do it.
 */
final class ControlGroups {

    private static final int ID = 64;
    private static final String UNIFIED = "0::";
    private static final String SYSTEMD = ":name=systemd:";

    private final String[] groups;
    private final String[] mounts;

    ControlGroups(File proc) {
        groups = WorkloadProbe.lines(new File(proc, "cgroup"));
        mounts = WorkloadProbe.lines(new File(proc, "mountinfo"));
    }

    /** The group itself, beginning with a slash; null where none is known. */
    @Nullable
    String path() {
        String any = null;
        for (String line : groups) {
            String path = path(line);
            if (path != null && path.length() > 1) {
                if (line.startsWith(UNIFIED) || line.contains(SYSTEMD)) {
                    return path;
                }
                any = any == null ? path : any;
            }
        }
        return any != null ? any : groups.length > 0 ? path(groups[0]) : null;
    }

    /** The innermost unit around the process. */
    @Nullable
    String unit() {
        for (String line : groups) {
            String path = line.startsWith(UNIFIED) || line.contains(SYSTEMD) ? path(line) : null;
            String[] parts = path == null ? new String[0] : path.split("/");
            for (int i = parts.length - 1; i >= 0; i--) {
                if (parts[i].endsWith(".service") || parts[i].endsWith(".scope")) {
                    return parts[i];
                }
            }
        }
        return null;
    }

    /** The container's id: 64 hexadecimal digits in a group's name, or in that of what is mounted into it. */
    @Nullable
    String container() {
        for (String line : groups) {
            String path = path(line);
            String id = path == null ? null : id(path);
            if (id != null) {
                return id;
            }
        }
        for (String line : mounts) {
            // proc(5): the fourth field is the root of the mount within its file system.
            String[] fields = line.split(" ");
            boolean ofContainer =
                    fields.length > 4 && fields[3].contains("containers/") && fields[4].startsWith("/etc/");
            String id = ofContainer ? id(fields[3]) : null;
            if (id != null) {
                return id;
            }
        }
        return null;
    }

    /** "hierarchy:controllers:path"; a path may hold colons itself. */
    private static @Nullable String path(String line) {
        int first = line.indexOf(':');
        int second = first < 0 ? -1 : line.indexOf(':', first + 1);
        String path = second < 0 ? "" : line.substring(second + 1);
        return path.startsWith("/") ? path : null;
    }

    /** The last run of exactly 64 digits, since a pod's own comes before its container's. */
    private static @Nullable String id(String path) {
        int end = path.length();
        while (end > 0) {
            int start = end;
            while (start > 0 && isHex(path.charAt(start - 1))) {
                start--;
            }
            if (end - start == ID) {
                return path.substring(start, end);
            }
            end = start == end ? end - 1 : start;
        }
        return null;
    }

    private static boolean isHex(char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    }
}
