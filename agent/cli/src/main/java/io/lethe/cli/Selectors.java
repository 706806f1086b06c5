package io.lethe.cli;

import io.lethe.broker.Caller;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that describe a JVM: conditions in a grant, assumptions in {@code explain}. */
final class Selectors {

    @Option(names = "--uid", paramLabel = "N", description = "User id of the JVM.")
    private @Nullable String uid;

    @Option(names = "--main", paramLabel = "CLASS", description = "Main class of the JVM.")
    private @Nullable String main;

    @Option(names = "--jar", paramLabel = "FILE", description = "Main jar of the JVM, as an absolute path.")
    private @Nullable String jar;

    @Option(names = "--jar-sha256", paramLabel = "HEX", description = "SHA-256 of the main jar.")
    private @Nullable String jarSha256;

    @Option(names = "--unit", paramLabel = "UNIT", description = "systemd unit of the JVM.")
    private @Nullable String unit;

    @Option(names = "--os-user", paramLabel = "NAME", description = "Name of the user that the JVM runs as.")
    private @Nullable String user;

    @Option(
            names = "--cgroup",
            paramLabel = "PATH",
            description = "Control group of the JVM, such as /system.slice/orders.service; PATH/* is all below it.")
    private @Nullable String cgroup;

    @Option(names = "--container", paramLabel = "ID", description = "Container of the JVM, 12 to 64 digits of its id.")
    private @Nullable String container;

    @Option(
            names = "--deployment",
            paramLabel = "FILE",
            description = "What calls within an application server: the path of a war or folder, or its name alone.")
    private @Nullable String deployment;

    @Option(
            names = "--driver-sha256",
            paramLabel = "HEX",
            description = "SHA-256 of the jar with the driver or HTTP client that is called.")
    private @Nullable String driver;

    /** Those that were given, about the JVM. */
    Map<String, String> ofWorkload() {
        Map<String, String> asked = asked();
        asked.remove("deployment");
        asked.remove("driver.sha256");
        return asked;
    }

    /** Those that were given, about the code that calls. */
    Caller caller() {
        return Caller.assumed(deployment, driver == null ? null : driver.toLowerCase(Locale.ROOT));
    }

    /** Those that were given. */
    Map<String, String> asked() {
        Map<String, String> asked = new TreeMap<>();
        put(asked, "uid", uid);
        put(asked, "main", main);
        put(asked, "jar", jar);
        put(asked, "jar.sha256", jarSha256);
        put(asked, "unit", unit);
        put(asked, "user", user);
        put(asked, "cgroup", cgroup);
        put(asked, "container", container);
        put(asked, "deployment", deployment);
        put(asked, "driver.sha256", driver);
        return asked;
    }

    private static void put(Map<String, String> to, String key, @Nullable String value) {
        if (value != null) {
            to.put(key, value);
        }
    }
}
