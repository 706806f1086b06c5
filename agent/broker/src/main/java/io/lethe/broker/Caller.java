package io.lethe.broker;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which code of the JVM asks: the deployment that calls ({@code deployment}), and the jar of the driver or client that it calls
 * ({@code driver.sha256}). Belongs to a request, where a {@link Workload} is the same for the whole JVM. As with the workload,
 * code of the same process can pretend to be any other.
 *
 * <p>Loaded by the agent loader. Thread-safe. Found out by {@link CallerProbe}, only where a grant asks for it.
 */
public final class Caller {

    static final String DEPLOYMENT = "deployment";
    static final String DRIVER = "driver.sha256";

    /** What grants can ask of a caller. */
    static final Set<String> SELECTORS =
            Collections.unmodifiableSet(new LinkedHashSet<>(Arrays.asList(DEPLOYMENT, DRIVER)));

    private final @Nullable String deployment;
    private final @Nullable CodePlace driver;
    private final @Nullable String statedSha256;

    private Caller(@Nullable String deployment, @Nullable CodePlace driver, @Nullable String statedSha256) {
        this.deployment = deployment;
        this.driver = driver;
        this.statedSha256 = statedSha256;
    }

    /** One that was found out. */
    static Caller of(@Nullable String deployment, @Nullable CodePlace driver) {
        return new Caller(deployment, driver, null);
    }

    /** One that is assumed, for {@link Explanation}. */
    public static Caller assumed(@Nullable String deployment, @Nullable String driverSha256) {
        return new Caller(deployment, null, driverSha256);
    }

    /** Null where it is not known. The jar's digest is made by the first who asks, so that should be an agent thread. */
    @Nullable
    String selector(String key) {
        if (key.equals(DEPLOYMENT)) {
            return deployment;
        }
        return driver == null ? statedSha256 : driver.sha256();
    }

    /** Whether {@link #selector} reads no file any more. */
    boolean isKnown() {
        return driver == null || driver.isDigested();
    }

    /** What is known so far, for the audit trail. */
    Map<String, String> describe() {
        Map<String, String> described = new LinkedHashMap<>();
        if (deployment != null) {
            described.put(DEPLOYMENT, deployment);
        }
        if (driver != null) {
            described.put("driver", driver.toString());
        }
        String sha256 = isKnown() ? selector(DRIVER) : null;
        if (sha256 != null) {
            described.put(DRIVER, sha256);
        }
        return described;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        if (!(other instanceof Caller)) {
            return false;
        }
        Caller that = (Caller) other;
        return Objects.equals(deployment, that.deployment)
                && Objects.equals(driver, that.driver)
                && Objects.equals(statedSha256, that.statedSha256);
    }

    @Override
    public int hashCode() {
        return Objects.hash(deployment, driver, statedSha256);
    }
}
