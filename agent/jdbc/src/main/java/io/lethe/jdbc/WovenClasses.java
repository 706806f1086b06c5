package io.lethe.jdbc;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * The internal names of all classes that driver families name: all that the gate needs to know before the first of them is
 * loaded, and so apart from the families, which bring the weaver with them.
 *
 * <p>Loaded by the agent loader, before main.
 */
public final class WovenClasses {

    static final String[] POSTGRESQL = {
        "org/postgresql/Driver",
        "org/postgresql/core/v3/ConnectionFactoryImpl",
        "org/postgresql/core/PGStream",
        "org/postgresql/util/MD5Digest",
        "org/postgresql/gss/MakeGSS",
        "com/ongres/scram/common/ScramFunctions",
        "org/postgresql/shaded/com/ongres/scram/common/ScramFunctions"
    };

    private WovenClasses() {}

    /** All of them. */
    public static Set<String> all() {
        return new HashSet<>(Arrays.asList(POSTGRESQL));
    }

    static boolean isOf(String[] family, String name) {
        return Arrays.asList(family).contains(name);
    }
}
