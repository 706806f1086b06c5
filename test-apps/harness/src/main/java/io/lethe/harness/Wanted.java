package io.lethe.harness;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a scan looks for, by name: secrets (texts) in every encoding, and binary values derived from them, which are as good
 * to a thief.
 */
public final class Wanted {

    private final Map<String, byte[]> secrets = new LinkedHashMap<>();
    private final Map<String, byte[]> derived = new LinkedHashMap<>();

    public static Wanted secret(String name, byte[] value) {
        return new Wanted().and(name, value);
    }

    public Wanted and(String name, byte[] value) {
        secrets.put(name, value);
        return this;
    }

    public Wanted andDerived(String name, byte[] value) {
        derived.put(name, value);
        return this;
    }

    public Map<String, byte[]> secrets() {
        return Collections.unmodifiableMap(secrets);
    }

    public Map<String, byte[]> derived() {
        return Collections.unmodifiableMap(derived);
    }
}
