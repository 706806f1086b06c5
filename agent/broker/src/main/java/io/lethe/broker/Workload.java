package io.lethe.broker;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Who this JVM is, as selectors ({@code uid}, {@code user}, {@code pid}, {@code main}, {@code jar}, {@code jar.sha256},
 * {@code unit}, ...), and how far that is assured: {@code self}, {@code os} or {@code broker}.
 *
 * <p>Loaded by the agent loader. Immutable.
 */
public final class Workload {

    private final String name;
    private final Map<String, String> selectors;
    private final String assurance;

    public Workload(String name, Map<String, String> selectors, String assurance) {
        this.name = name;
        this.selectors = Collections.unmodifiableMap(new TreeMap<>(selectors));
        this.assurance = assurance;
    }

    /** The name under which the vault knows this workload; {@code default} unless the config says otherwise. */
    public String name() {
        return name;
    }

    public Map<String, String> selectors() {
        return selectors;
    }

    public String assurance() {
        return assurance;
    }
}
