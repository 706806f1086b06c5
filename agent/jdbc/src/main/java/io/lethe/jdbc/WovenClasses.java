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
        "org/mariadb/jdbc/NonRegisteringDriver",
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

    /** Of MySQL Connector/J from 8.0.11 on. */
    static final String[] MYSQL = {
        "com/mysql/cj/jdbc/NonRegisteringDriver",
        "com/mysql/cj/jdbc/ConnectionImpl",
        "com/mysql/cj/NativeSession",
        "com/mysql/cj/CoreSession",
        "com/mysql/cj/protocol/a/NativeProtocol",
        "com/mysql/cj/protocol/a/SimplePacketSender",
        "com/mysql/cj/protocol/a/CompressedPacketSender",
        "com/mysql/cj/protocol/Security",
        "com/mysql/cj/protocol/a/authentication/MysqlClearPasswordPlugin",
        "com/mysql/cj/protocol/a/authentication/Sha256PasswordPlugin",
        "com/mysql/cj/protocol/a/authentication/CachingSha2PasswordPlugin",
        "com/mysql/cj/protocol/a/authentication/MysqlOldPasswordPlugin",
        "com/mysql/cj/protocol/a/authentication/AuthenticationLdapSaslClientPlugin",
        "com/mysql/cj/protocol/a/authentication/AuthenticationKerberosClient",
        "com/mysql/cj/protocol/a/authentication/AuthenticationOciClient",
        "com/mysql/cj/protocol/a/authentication/AuthenticationFidoClient",
        "com/mysql/cj/protocol/a/authentication/AuthenticationWebAuthnClient",
        "com/mysql/cj/protocol/a/authentication/AuthenticationOpenidConnectClient",
        "com/mysql/cj/protocol/x/XAuthenticationProvider"
    };

    /** Of MySQL Connector/J 5.1. */
    static final String[] MYSQL5 = {
        "com/mysql/jdbc/NonRegisteringDriver",
        "com/mysql/jdbc/ConnectionImpl",
        "com/mysql/jdbc/MysqlIO",
        "com/mysql/jdbc/Security",
        "com/mysql/jdbc/Util",
        "com/mysql/jdbc/authentication/MysqlClearPasswordPlugin",
        "com/mysql/jdbc/authentication/Sha256PasswordPlugin",
        "com/mysql/jdbc/authentication/CachingSha2PasswordPlugin"
    };

    static final String[] H2 = {
        "org/h2/Driver",
        "org/h2/jdbcx/JdbcDataSource",
        "org/h2/engine/ConnectionInfo",
        "org/h2/engine/SessionRemote",
        "org/h2/value/Transfer",
        "org/h2/engine/Engine",
        "org/h2/security/SHA256",
        "org/h2/store/fs/encrypt/FilePathEncrypt",
        "org/h2/store/fs/FilePathEncrypt"
    };

    static final String[] HSQLDB = {
        "org/hsqldb/jdbc/JDBCDriver",
        "org/hsqldb/jdbc/JDBCDriver$1",
        "org/hsqldb/jdbc/JDBCDataSource",
        "org/hsqldb/jdbc/pool/JDBCPooledDataSource",
        "org/hsqldb/jdbc/pool/JDBCXADataSource",
        "org/hsqldb/ClientConnection",
        "org/hsqldb/result/Result",
        "org/hsqldb/DatabaseManager",
        "org/hsqldb/rights/GranteeManager",
        "org/hsqldb/rights/UserManager",
        "org/hsqldb/ClientConnectionHTTP"
    };

    static final String[] DERBY = {
        "org/apache/derby/jdbc/ClientDriver",
        "org/apache/derby/client/ClientAutoloadedDriver",
        "org/apache/derby/client/net/NetConnection",
        "org/apache/derby/client/am/EncryptionManager"
    };

    /** Of pools that are told to part with connections, and drivers' connections: nothing of them has to do with a secret. */
    static final String[] RETIRING = {
        "org/postgresql/jdbc/PgConnection",
        "org/mariadb/jdbc/Connection",
        "org/mariadb/jdbc/MariaDbConnection",
        "com/zaxxer/hikari/pool/PoolBase",
        "org/apache/tomcat/jdbc/pool/ConnectionPool",
        "org/apache/commons/dbcp/PoolableConnectionFactory",
        "org/apache/commons/dbcp2/PoolableConnectionFactory",
        "org/apache/tomcat/dbcp/dbcp/PoolableConnectionFactory",
        "org/apache/tomcat/dbcp/dbcp2/PoolableConnectionFactory",
        "com/mchange/v2/c3p0/impl/C3P0PooledConnectionPool$1PooledConnectionResourcePoolManager",
        "io/agroal/pool/ConnectionPool$CreateConnectionTask",
        "oracle/ucp/jdbc/DriverConnectionFactoryAdapter",
        "com/alibaba/druid/pool/DruidAbstractDataSource",
        "com/alibaba/druid/pool/DruidDataSource",
        "org/vibur/dbcp/pool/ConnectionFactory"
    };

    private WovenClasses() {}

    /** All of them. */
    public static Set<String> all() {
        Set<String> all = new HashSet<>(Arrays.asList(POSTGRESQL));
        all.addAll(Arrays.asList(MARIADB));
        all.addAll(Arrays.asList(MYSQL));
        all.addAll(Arrays.asList(MYSQL5));
        all.addAll(Arrays.asList(H2));
        all.addAll(Arrays.asList(HSQLDB));
        all.addAll(Arrays.asList(DERBY));
        all.addAll(Arrays.asList(RETIRING));
        return all;
    }

    static boolean isOf(String[] family, String name) {
        return Arrays.asList(family).contains(name);
    }
}
