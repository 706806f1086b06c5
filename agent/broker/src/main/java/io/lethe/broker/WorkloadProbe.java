package io.lethe.broker;

import io.lethe.broker.digest.Sha256;
import io.lethe.secret.NotSecret;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who this JVM is, from inside: so the assurance is {@code self}, a guard-rail and no proof.
 *
 * <p>Loaded by the agent loader. Stateless; to be asked before the application runs and can change system properties.
 * What cannot be found out is left out, and a grant that asks for it denies. Arguments of the application are never
 * kept: they may hold secrets.
 */
public final class WorkloadProbe {

    private final File proc;
    private final Map<String, String> properties;

    private WorkloadProbe(File proc, Map<String, String> properties) {
        this.proc = proc;
        this.properties = properties;
    }

    /**
     * Asks the running JVM.
     *
     * @param name the name under which the vault knows this workload
     */
    public static Workload probe(String name) {
        Map<String, String> properties = new TreeMap<>();
        for (String key : new String[] {"user.name", "user.dir", "sun.java.command", "java.class.path"}) {
            properties.put(key, System.getProperty(key, ""));
        }
        return probe(name, new File("/proc/self"), properties);
    }

    static Workload probe(String name, File proc, Map<String, String> properties) {
        WorkloadProbe probe = new WorkloadProbe(proc, properties);
        Map<String, String> selectors = new TreeMap<>();
        put(selectors, "uid", probe.uid());
        put(selectors, "user", properties.get("user.name"));
        probe.processInto(selectors);
        ControlGroups groups = new ControlGroups(proc);
        put(selectors, "unit", groups.unit());
        put(selectors, "cgroup", groups.path());
        put(selectors, "container", groups.container());
        File jar = probe.jar();
        Map<String, Supplier<String>> lazy = Collections.emptyMap();
        if (jar == null) {
            put(selectors, "main", probe.mainClass());
        } else {
            put(selectors, "jar", jar.getPath());
            lazy = Collections.singletonMap("jar.sha256", () -> sha256(jar));
        }
        return new Workload(name, selectors, lazy, "self");
    }

    private @Nullable String uid() {
        for (String line : lines(new File(proc, "status"))) {
            if (line.startsWith("Uid:")) {
                // Real, effective, saved, file system: the effective one decides what the process may.
                String[] ids = line.substring(4).trim().split("\\s+");
                return ids.length > 1 ? ids[1] : null;
            }
        }
        return null;
    }

    /** pid and start time, which together name a process for as long as the host is up (the pid alone is reused). */
    private void processInto(Map<String, String> selectors) {
        String stat = read(new File(proc, "stat"));
        // The command in brackets may hold blanks and brackets itself.
        int end = stat.lastIndexOf(')');
        if (end < 0) {
            return;
        }
        put(selectors, "pid", stat.substring(0, stat.indexOf(' ')));
        String[] fields = stat.substring(end + 2).split(" ");
        // proc(5): starttime is field 22, in clock ticks since boot; field 3 is the first one here.
        if (fields.length > 19) {
            put(selectors, "start", fields[19]);
        }
    }

    /** With {@code -jar} the class path is the jar and the command begins with it. */
    private @Nullable File jar() {
        String command = property("sun.java.command");
        String classPath = property("java.class.path");
        boolean isJar = !classPath.isEmpty() && (command.equals(classPath) || command.startsWith(classPath + " "));
        if (!isJar) {
            return null;
        }
        File jar = new File(classPath);
        return jar.isAbsolute() ? jar : new File(property("user.dir"), classPath);
    }

    private String mainClass() {
        String command = property("sun.java.command");
        int blank = command.indexOf(' ');
        return blank < 0 ? command : command.substring(0, blank);
    }

    private String property(String key) {
        String value = properties.get(key);
        return value == null ? "" : value;
    }

    private static void put(Map<String, String> selectors, String key, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            selectors.put(key, value);
        }
    }

    static String[] lines(File file) {
        return read(file).split("\n");
    }

    @NotSecret("what the kernel says of this process")
    private static String read(File file) {
        try (InputStream in = new FileInputStream(file)) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            byte[] buffer = new byte[4096];
            for (int n = in.read(buffer); n > 0; n = in.read(buffer)) {
                out.write(buffer, 0, n);
            }
            return new String(out.toByteArray(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }

    private static @Nullable String sha256(File file) {
        try (InputStream in = new FileInputStream(file)) {
            return Sha256.hex(in);
        } catch (IOException e) {
            return null;
        }
    }
}
