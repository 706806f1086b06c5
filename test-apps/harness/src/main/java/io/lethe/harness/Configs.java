package io.lethe.harness;

import java.util.LinkedHashMap;
import java.util.Map;

/** Configurations of the programs in package {@code legacy}. Password and user may be references: a program cannot tell. */
public final class Configs {

    private Configs() {}

    /** For {@code PlainJdbc}. */
    public static Map<String, String> plain(String url, String user, String password) {
        Map<String, String> config = new LinkedHashMap<>();
        config.put("url", url);
        config.put("user", user);
        config.put("password", password);
        return config;
    }

    /** The same with further keys: name, value, name, value, ... */
    public static Map<String, String> plus(Map<String, String> config, String... namesAndValues) {
        Map<String, String> more = new LinkedHashMap<>(config);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            more.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return more;
    }

    /** For {@code DataSourceApp} with PGSimpleDataSource, everything set by setters. */
    public static Map<String, String> dataSource(int port, String user, String password) {
        Map<String, String> config = new LinkedHashMap<>();
        config.put("class", "org.postgresql.ds.PGSimpleDataSource");
        config.put("set.serverName", "127.0.0.1");
        config.put("set.portNumber", Integer.toString(port));
        config.put("set.databaseName", Postgres.DATABASE);
        config.put("set.user", user);
        config.put("set.password", password);
        return config;
    }

    /** For {@code HikariApp}: Hikari's own properties. */
    public static Map<String, String> hikari(String url, String user, String password) {
        Map<String, String> config = new LinkedHashMap<>();
        config.put("jdbcUrl", url);
        config.put("username", user);
        config.put("password", password);
        config.put("maximumPoolSize", "4");
        config.put("connectionTimeout", "5000");
        return config;
    }
}
