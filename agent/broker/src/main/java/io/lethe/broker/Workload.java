package io.lethe.broker;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who this JVM is, as selectors ({@code uid}, {@code user}, {@code pid}, {@code main}, {@code jar}, {@code jar.sha256},
 * {@code unit}, ...), and how far that is assured: {@code self}, {@code os} or {@code broker}.
 *
 * <p>Loaded by the agent loader. Thread-safe; never changes but for lazy selectors becoming known.
 */
public final class Workload {

    private final String name;
    private final Map<String, String> selectors;
    private final Map<String, Supplier<String>> lazy;
    private final String assurance;

    public Workload(String name, Map<String, String> selectors, String assurance) {
        this(name, selectors, Collections.<String, Supplier<String>>emptyMap(), assurance);
    }

    /**
     * @param lazy selectors that cost something to find out ({@code jar.sha256}); asked at most once, when a grant
     *     names them. Null for an answer means that it could not be found out.
     */
    public Workload(String name, Map<String, String> selectors, Map<String, Supplier<String>> lazy, String assurance) {
        this.name = name;
        this.selectors = new TreeMap<>(selectors);
        this.lazy = new TreeMap<>(lazy);
        this.assurance = assurance;
    }

    /** The name under which the vault knows this workload; {@code default} unless the config says otherwise. */
    public String name() {
        return name;
    }

    /** What is known so far; a lazy selector is among them once a grant asked for it. */
    public synchronized Map<String, String> selectors() {
        return Collections.unmodifiableMap(new TreeMap<>(selectors));
    }

    /** One selector, found out now where it is lazy; null where it is not known. {@code name} is one. */
    public synchronized @Nullable String selector(String key) {
        if (key.equals("name")) {
            return name;
        }
        Supplier<String> supplier = lazy.remove(key);
        if (supplier != null) {
            String value = supplier.get();
            if (value != null) {
                selectors.put(key, value);
            }
        }
        return selectors.get(key);
    }

    /** All that is known, for the audit trail. */
    public Map<String, Object> describe() {
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("name", name);
        described.put("assurance", assurance);
        described.putAll(selectors());
        return described;
    }

    public String assurance() {
        return assurance;
    }
}
