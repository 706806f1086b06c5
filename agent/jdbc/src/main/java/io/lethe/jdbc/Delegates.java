package io.lethe.jdbc;

/**
 * Pools, wrapper drivers and data sources that hand user and password on to a driver and use them for nothing else, so that a
 * reference may pass through them.
 *
 * <p>Loaded by the agent loader. Stateless.
 */
public final class Delegates {

    private static final String[] PACKAGES = {
        "org.postgresql.ds.",
        "org.postgresql.xa.",
        "org.postgresql.osgi.",
        "com.mysql.cj.jdbc.Driver",
        "com.mysql.cj.jdbc.Mysql",
        "com.mysql.jdbc.Driver",
        "com.mysql.jdbc.ReplicationDriver",
        "com.mysql.jdbc.jdbc2.optional.Mysql",
        "org.h2.jdbcx.JdbcConnectionPool",
        "org.hsqldb.jdbc.JDBCPool",
        "com.zaxxer.hikari.",
        "org.apache.commons.dbcp.",
        "org.apache.commons.dbcp2.",
        "org.apache.tomcat.dbcp.",
        "org.apache.tomcat.jdbc.",
        "com.mchange.v2.c3p0.",
        "io.agroal.",
        "com.alibaba.druid.",
        "org.vibur.dbcp.",
        "com.jolbox.bonecp.",
        "oracle.ucp.",
        "org.jboss.jca.adapters.jdbc.",
        "org.springframework.",
        "com.p6spy.engine.",
        "net.sf.log4jdbc.",
        "net.ttddyy.dsproxy.",
        "io.opentelemetry.instrumentation.jdbc."
    };

    private Delegates() {}

    /** @param className binary name */
    public static boolean knows(String className) {
        for (String known : PACKAGES) {
            if (className.startsWith(known)) {
                return true;
            }
        }
        return false;
    }
}
