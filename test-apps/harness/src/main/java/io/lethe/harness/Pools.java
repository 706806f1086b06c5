package io.lethe.harness;

import static io.lethe.harness.Contained.Can.POOL;
import static io.lethe.harness.Contained.Can.REFER;
import static io.lethe.harness.Contained.Can.SHRINK;

import java.util.ArrayList;
import java.util.List;

/** The pools, data sources and wrapper drivers that are tested: a new one is one entry here, and its jars in the pom. */
public final class Pools {

    private static final String SLF4J_1 = " slf4j-api:1.7.36 slf4j-jdk14:1.7.36";
    private static final String SLF4J_2 = " slf4j-api:2.0.17 slf4j-jdk14:2.0.17";
    private static final String DRIVER = "org.postgresql.Driver";

    private final List<Contained> all = new ArrayList<>();

    private Pools() {}

    /** All of them, each with another version of pgjdbc. */
    public static List<Contained> all() {
        Pools pools = new Pools();
        pools.hikari();
        pools.dbcp();
        pools.tomcat();
        pools.c3p0();
        pools.agroalAndDruid();
        pools.vibur();
        pools.ucp();
        pools.own();
        pools.wrappers();
        List<String> drivers = Drivers.scram();
        List<Contained> all = new ArrayList<>();
        for (int i = 0; i < pools.all.size(); i++) {
            all.add(pools.all.get(i).on(drivers.get(i % drivers.size())));
        }
        return all;
    }

    private void hikari() {
        all.add(hikari("2.4.7", SLF4J_1).with("shrink=pool/softEvictConnections", "evict=pool/softEvictConnections"));
        all.add(hikari("3.4.5", SLF4J_1));
        all.add(hikari("4.0.3", SLF4J_1));
        all.add(hikari("5.1.0", SLF4J_2).since(11));
        all.add(hikari("7.1.0", SLF4J_2).since(11));
    }

    private static Contained hikari(String version, String slf4j) {
        return Contained.of("HikariCP", version, "HikariCP:" + version + slf4j)
                .able(POOL, SHRINK)
                .with("class=com.zaxxer.hikari.HikariDataSource")
                .with("shrink=getHikariPoolMXBean/softEvictConnections")
                .with("evict=getHikariPoolMXBean/softEvictConnections")
                .set("jdbcUrl=${url}", "username=${user}", "password=${password}", "poolName=${name}")
                .set("minimumIdle=1", "maximumPoolSize=8", "connectionTimeout=10000", "registerMbeans=true");
    }

    private void dbcp() {
        all.add(dbcp(Contained.of("Commons DBCP", "1.4", "commons-dbcp:1.4 commons-pool:1.5.4"))
                .with("class=org.apache.commons.dbcp.BasicDataSource")
                .set("maxActive=8", "maxWait=20000"));
        all.add(dbcp2("2.0", "2.2"));
        all.add(dbcp2("2.9.0", "2.10.0").with("factory=org.apache.commons.dbcp2.BasicDataSourceFactory"));
        all.add(dbcp2("2.13.0", "2.12.0"));
    }

    private static Contained dbcp2(String version, String pool) {
        String jars = "commons-dbcp2:" + version + " commons-pool2:" + pool + " commons-logging:1.2";
        return dbcp(Contained.of("Commons DBCP2", version, jars))
                .with("class=org.apache.commons.dbcp2.BasicDataSource")
                .set("maxTotal=8", "maxWaitMillis=20000", "jmxName=legacy:type=dbcp2,name=" + version);
    }

    private static Contained dbcp(Contained dbcp) {
        return dbcp.able(POOL, SHRINK)
                .with("evict=connectionPool/clear", "close=close")
                .set("driverClassName=" + DRIVER, "url=${url}", "username=${user}", "password=${password}")
                .set("maxIdle=8", "minIdle=0", "validationQuery=select 1", "testOnBorrow=true")
                .set("timeBetweenEvictionRunsMillis=200", "minEvictableIdleTimeMillis=100");
    }

    private void tomcat() {
        all.add(tomcat("7.0.109"));
        all.add(tomcat("9.0.98"));
        all.add(tomcat("10.1.34").since(11).with("factory=org.apache.tomcat.jdbc.pool.DataSourceFactory"));
    }

    private static Contained tomcat(String version) {
        return Contained.of("Tomcat JDBC", version, "tomcat-jdbc:" + version + " tomcat-juli:" + version)
                .able(POOL, SHRINK)
                .with("class=org.apache.tomcat.jdbc.pool.DataSource", "shrink=purge", "evict=purge")
                .with("mbean=createPool/getJmxPool", "close=close")
                .set("driverClassName=" + DRIVER, "url=${url}", "username=${user}", "password=${password}")
                .set("initialSize=1", "minIdle=1", "maxActive=8", "testOnBorrow=true", "validationQuery=select 1");
    }

    private void c3p0() {
        all.add(c3p0("0.9.1.2", "c3p0:0.9.1.2"));
        all.add(c3p0("0.9.5.5", "c3p0:0.9.5.5 mchange-commons-java:0.2.19"));
    }

    private static Contained c3p0(String version, String jars) {
        return Contained.of("c3p0", version, jars)
                .able(POOL, SHRINK, REFER)
                .with("class=com.mchange.v2.c3p0.ComboPooledDataSource", "close=close", "shared=")
                .with("shrink=softResetAllUsers", "evict=softResetAllUsers")
                .set("driverClass=" + DRIVER, "jdbcUrl=${url}", "user=${user}", "password=${password}")
                .set("initialPoolSize=1", "minPoolSize=1", "maxPoolSize=8", "acquireIncrement=1")
                .set("acquireRetryAttempts=2", "checkoutTimeout=20000", "preferredTestQuery=select 1");
    }

    private void agroalAndDruid() {
        all.add(agroal("1.16", "agroal-api:1.16 agroal-pool:1.16"));
        all.add(agroal("2.5", "agroal-api:2.5 agroal-pool:2.5").since(11));
        // Until then it discarded connections, from then on their holders.
        all.add(druid("1.1.20"));
        all.add(druid("1.1.24"));
        all.add(druid("1.2.24"));
    }

    private static Contained agroal(String version, String jars) {
        return Contained.of("Agroal", version, jars)
                .able(POOL, SHRINK)
                .with("make=legacy.AgroalPool/make", "given=all", "shrink=flush:IDLE", "evict=flush:GRACEFUL")
                .set("providerClassName=" + DRIVER, "jdbcUrl=${url}", "principal=${user}", "credential=${password}")
                .set("initialSize=1", "minSize=1", "maxSize=8", "acquisitionTimeout_s=10");
    }

    private static Contained druid(String version) {
        return Contained.of("Druid", version, "druid:" + version)
                .able(POOL, SHRINK, REFER)
                .with("class=com.alibaba.druid.pool.DruidDataSource", "shrink=shrink")
                .set("driverClassName=" + DRIVER, "url=${url}", "username=${user}", "password=${password}")
                .set("filters=stat", "initialSize=1", "minIdle=1", "maxActive=8", "maxWait=10000")
                .set("validationQuery=select 1", "testOnBorrow=true");
    }

    private void vibur() {
        String vibur = "vibur-dbcp:25.0 vibur-object-pool:25.0";
        all.add(Contained.of("Vibur", "25.0", vibur + SLF4J_1)
                .able(POOL, SHRINK)
                .with("class=org.vibur.dbcp.ViburDBCPDataSource", "start=start", "close=terminate")
                .set("driverClassName=" + DRIVER, "jdbcUrl=${url}", "username=${user}", "password=${password}")
                .set("poolInitialSize=1", "poolMaxSize=8", "reducerTimeIntervalInSeconds=1", "reducerSamples=2"));
    }

    private void ucp() {
        all.add(Contained.of("Oracle UCP", "19.3", "ucp:19.3.0.0 ojdbc8:19.3.0.0 ons:19.3.0.0")
                .able(POOL, SHRINK)
                .with("make=oracle.ucp.jdbc.PoolDataSourceFactory/getPoolDataSource")
                .set("connectionFactoryClassName=" + DRIVER, "URL=${url}", "user=${user}", "password=${password}")
                .set("connectionPoolName=${name}", "initialPoolSize=1", "minPoolSize=0", "maxPoolSize=8")
                .set("inactiveConnectionTimeout=1", "timeoutCheckInterval=1"));
    }

    /** Those that pgjdbc has itself; the first gets the login with each call, too. */
    private void own() {
        all.add(own("ds.PGSimpleDataSource").with("user=${user}", "password=${password}"));
        all.add(own("ds.PGConnectionPoolDataSource"));
        all.add(own("xa.PGXADataSource"));
        all.add(own("ds.PGPoolingDataSource")
                .able(POOL)
                .with("close=close", "shared=")
                .set("initialConnections=1", "maxConnections=8", "dataSourceName=${name}"));
    }

    private static Contained own(String name) {
        return Contained.of(name.substring(3), "", "")
                .able(REFER)
                .with("class=org.postgresql." + name)
                .set("serverName=127.0.0.1", "portNumber=${port}", "databaseName=" + Postgres.DATABASE)
                .set("user=${user}", "password=${password}", "applicationName=${name}");
    }

    private void wrappers() {
        all.add(wrapper("P6Spy", "3.9.1", "p6spy:3.9.1", "com.p6spy.engine.spy.P6SpyDriver", "p6spy"));
        all.add(wrapper("log4jdbc", "1.2", "log4jdbc:1.2" + SLF4J_1, "net.sf.log4jdbc.DriverSpy", "log4jdbc"));
        String otel = "opentelemetry-jdbc:2.23.0-alpha opentelemetry-instrumentation-api:2.23.0"
                + " opentelemetry-instrumentation-api-incubator:2.23.0-alpha opentelemetry-semconv:1.37.0"
                + " opentelemetry-api:1.57.0 opentelemetry-api-incubator:1.57.0-alpha opentelemetry-context:1.57.0"
                + " opentelemetry-common:1.57.0";
        String otelDriver = "io.opentelemetry.instrumentation.jdbc.OpenTelemetryDriver";
        all.add(wrapper("OpenTelemetry JDBC", "2.23", otel, otelDriver, "otel"));
        all.add(Contained.of("datasource-proxy", "1.10.1", "datasource-proxy:1.10.1" + SLF4J_1)
                .with("class=org.postgresql.ds.PGSimpleDataSource", "wrap=net.ttddyy.dsproxy.support.ProxyDataSource")
                .set("url=${url}", "user=${user}", "password=${password}"));
    }

    private static Contained wrapper(String product, String version, String jars, String driver, String prefix) {
        return Contained.of(product, version, jars)
                .with("class=" + driver, "url=jdbc:" + prefix + ":${path}")
                .set("user=${user}", "password=${password}");
    }
}
