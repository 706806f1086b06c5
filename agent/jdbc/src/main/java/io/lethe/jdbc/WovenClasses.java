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

    /** Of Connector/J 2 and 3, which have few classes in common. */
    static final String[] MARIADB = {
        "org/mariadb/jdbc/Driver",
        "org/mariadb/jdbc/MariaDbDataSource",
        "org/mariadb/jdbc/MariaDbPoolDataSource",
        "org/mariadb/jdbc/client/impl/ConnectionHelper",
        "org/mariadb/jdbc/client/impl/StandardClient",
        "org/mariadb/jdbc/message/client/HandshakeResponse",
        "org/mariadb/jdbc/plugin/Credential",
        "org/mariadb/jdbc/plugin/authentication/AuthenticationPluginLoader",
        "org/mariadb/jdbc/plugin/authentication/standard/NativePasswordPlugin",
        "org/mariadb/jdbc/plugin/authentication/standard/Ed25519PasswordPlugin",
        "org/mariadb/jdbc/plugin/authentication/standard/SendPamAuthPacket",
        "org/mariadb/jdbc/plugin/authentication/addon/ClearPasswordPlugin",
        "org/mariadb/jdbc/internal/protocol/AbstractConnectProtocol",
        "org/mariadb/jdbc/internal/util/Utils",
        "org/mariadb/jdbc/internal/com/send/SendHandshakeResponsePacket",
        "org/mariadb/jdbc/internal/protocol/authentication/DefaultAuthenticationProvider",
        "org/mariadb/jdbc/authentication/AuthenticationPluginLoader",
        "org/mariadb/jdbc/credential/Credential",
        "org/mariadb/jdbc/internal/com/send/SendEd25519PasswordAuthPacket",
        "org/mariadb/jdbc/internal/com/send/SendOldPasswordAuthPacket",
        "org/mariadb/jdbc/internal/com/send/SendClearPasswordAuthPacket",
        "org/mariadb/jdbc/internal/com/send/SendPamAuthPacket",
        "org/mariadb/jdbc/internal/com/send/authentication/Ed25519PasswordPlugin",
        "org/mariadb/jdbc/internal/com/send/authentication/OldPasswordPlugin",
        "org/mariadb/jdbc/internal/com/send/authentication/ClearPasswordPlugin",
        "org/mariadb/jdbc/internal/com/send/authentication/SendPamAuthPacket"
    };

    private WovenClasses() {}

    /** All of them. */
    public static Set<String> all() {
        Set<String> all = new HashSet<>();
        all.addAll(Arrays.asList(POSTGRESQL));
        all.addAll(Arrays.asList(MARIADB));
        return all;
    }

    static boolean isOf(String[] family, String name) {
        return Arrays.asList(family).contains(name);
    }
}
