package io.lethe.jdbc.retire;

/**
 * The pools that can be told to part with their connections without failing a statement: the class whose methods open a
 * physical connection on the calling thread, and the way from there to what evicts. A pool is one entry here and its classes
 * in {@code WovenClasses}. One that opens its connections elsewhere is not told, and works as without Lethe.
 *
 * <p>Loaded by the agent loader, when the first of these classes is. Stateless.
 */
enum RetiringPool {
    /** Closes what is idle and marks what is in use. */
    HIKARI("com/zaxxer/hikari/pool/PoolBase", "newConnection", "softEvictConnections"),
    /** The same; it connects again where it hands out a connection that its test found broken. */
    TOMCAT("org/apache/tomcat/jdbc/pool/ConnectionPool", "createConnection borrowConnection", "purge"),
    DBCP("org/apache/commons/dbcp/PoolableConnectionFactory", "makeObject", "getPool clear"),
    DBCP2("org/apache/commons/dbcp2/PoolableConnectionFactory", "makeObject", "getPool clear"),
    TOMCAT_DBCP("org/apache/tomcat/dbcp/dbcp/PoolableConnectionFactory", "makeObject", "getPool clear"),
    TOMCAT_DBCP2("org/apache/tomcat/dbcp/dbcp2/PoolableConnectionFactory", "makeObject", "getPool clear"),
    /** Throws away its idle ones, and those in use when they come back. */
    C3P0(
            "com/mchange/v2/c3p0/impl/C3P0PooledConnectionPool$1PooledConnectionResourcePoolManager",
            "acquireResource",
            ".this$0 reset"),
    AGROAL("io/agroal/pool/ConnectionPool$CreateConnectionTask", "call", ".this$0 flushPool:GRACEFUL"),
    UCP("oracle/ucp/jdbc/DriverConnectionFactoryAdapter", "createConnection", "getUniversalConnectionPool refresh"),
    /** Has no eviction of its own but shrinks to its least size, which is none for a moment. */
    DRUID("com/alibaba/druid/pool/DruidAbstractDataSource", "createPhysicalConnection", "") {
        @Override
        void evict(Object pool) throws ReflectiveOperationException {
            int least = Steps.number(pool, "getMinIdle");
            Steps.set(pool, "setMinIdle", 0);
            try {
                Steps.call(pool, "shrink");
            } finally {
                Steps.set(pool, "setMinIdle", least);
            }
        }
    },
    /** Hands out only what has the current number, and closes what is idle where it is made smaller. */
    VIBUR("org/vibur/dbcp/pool/ConnectionFactory", "create", "") {
        @Override
        void evict(Object pool) throws ReflectiveOperationException {
            int number = Steps.number(pool, "version");
            Steps.set(pool, "compareAndSetVersion", number, number + 1);
            Object objects = Steps.answer(Steps.field(pool, "config"), "getPool");
            Steps.set(objects, "reduceCreatedBy", Steps.number(objects, "createdTotal"), true);
        }
    };

    private final String opener;
    private final String opens;
    private final String eviction;

    RetiringPool(String opener, String opens, String eviction) {
        this.opener = opener;
        this.opens = opens;
        this.eviction = eviction;
    }

    /** The internal name of the class that opens connections. */
    String opener() {
        return opener;
    }

    /** Its methods that do. */
    String[] opens() {
        return opens.split(" ");
    }

    /** What stays as long as the pool does, seen from what opens a connection. */
    Object pool(Object opening) throws ReflectiveOperationException {
        int blank = eviction.indexOf(' ');
        return eviction.startsWith(".") ? Steps.field(opening, eviction.substring(1, blank)) : opening;
    }

    /** @param pool as {@link #pool} answered */
    void evict(Object pool) throws ReflectiveOperationException {
        Object at = pool;
        for (String step : eviction.split(" ")) {
            if (!step.startsWith(".") && at != null) {
                at = Steps.call(at, step);
            }
        }
    }
}
