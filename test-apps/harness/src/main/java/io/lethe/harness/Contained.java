package io.lethe.harness;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * One pool, data source or wrapper driver as {@code PoolApp}'s configuration describes it. In its settings stand {@code ${url}},
 * {@code ${path}} (the URL without {@code jdbc:}), {@code ${port}}, {@code ${name}}, {@code ${user}} and {@code ${password}}. With the
 * key {@code shared} its JNDI reference leads to the same pool again.
 *
 * @param since the first JDK that it runs on
 * @param driver the version of pgjdbc that it runs with
 * @param abilities what it does of what pools do
 */
public record Contained(
        String product,
        String version,
        int since,
        String driver,
        Set<Can> abilities,
        Map<String, String> settings,
        List<String> jars) {

    private static final String POSTGRESQL = "org.postgresql.Driver";

    /** What most pools do. */
    public enum Can {
        /** Keeps connections that were returned. */
        POOL,
        /** Closes idle ones, by itself or under the key {@code shrink}. */
        SHRINK,
        /** Has a JNDI reference that another one is made from. */
        REFER
    }

    /** @param jars {@code artifact:version}, with spaces between them */
    static Contained of(String product, String version, String jars) {
        List<String> listed = jars.isEmpty() ? List.of() : List.of(jars.split(" "));
        return new Contained(product, version, 8, "", Set.of(), Map.of("load", POSTGRESQL), listed);
    }

    Contained on(String pgjdbc) {
        return new Contained(product, version, since, pgjdbc, abilities, settings, jars);
    }

    Contained since(int jdk) {
        return new Contained(product, version, jdk, driver, abilities, settings, jars);
    }

    Contained able(Can... more) {
        Set<Can> all = new TreeSet<>(abilities);
        all.addAll(List.of(more));
        return new Contained(product, version, since, driver, all, settings, jars);
    }

    /** Keys and values as {@code key=value}; a later one counts. */
    Contained with(String... keysAndValues) {
        Map<String, String> all = new LinkedHashMap<>(settings);
        for (String line : keysAndValues) {
            int equals = line.indexOf('=');
            all.put(line.substring(0, equals), line.substring(equals + 1));
        }
        return new Contained(product, version, since, driver, abilities, all, jars);
    }

    /** The same for bean properties. */
    Contained set(String... keysAndValues) {
        String[] lines = keysAndValues.clone();
        for (int i = 0; i < lines.length; i++) {
            lines[i] = "set." + lines[i];
        }
        return with(lines);
    }

    public boolean can(Can ability) {
        return abilities.contains(ability);
    }

    public boolean has(String key) {
        return settings.containsKey(key);
    }

    /** Whether it is of one driver, and goes with no other. */
    boolean isOfPostgres() {
        return settings.getOrDefault("class", "").startsWith("org.postgresql.");
    }

    public boolean runsOn(Jdk jdk) {
        return since <= jdk.major();
    }

    /** As a word: the program calls it so, and its sessions at the server. */
    public String word() {
        return toString().replace(' ', '-');
    }

    /** For {@code PoolApp}. */
    public Path file(Postgres postgres, String user, String password) {
        String path = postgres.target() + "?ApplicationName=" + word();
        return file(Drivers.postgresql(driver), POSTGRESQL, path, postgres.port(), user, password);
    }

    /** The same in front of a MariaDB, with this version of its driver. */
    Path file(Mariadb mariadb, String connector, String user, String password) {
        String driverClass = "org.mariadb.jdbc.Driver";
        return file(Drivers.mariadb(connector), driverClass, mariadb.target(), mariadb.port(), user, password);
    }

    private Path file(Path jar, String driverClass, String path, int port, String user, String password) {
        Map<String, String> config = new LinkedHashMap<>();
        settings.forEach((key, value) -> config.put(
                key,
                value.replace(POSTGRESQL, driverClass)
                        .replace("${url}", "jdbc:${path}")
                        .replace("${path}", path)
                        .replace("${port}", Integer.toString(port))
                        .replace("${name}", word())
                        .replace("${user}", user)
                        .replace("${password}", password)));
        StringBuilder all = new StringBuilder(jar.toString());
        for (String other : jars) {
            String[] parts = other.split(":");
            all.append(':').append(Drivers.jar(parts[0], parts[1]));
        }
        config.put("jars", all.toString());
        return Program.propertiesFile(config);
    }

    @Override
    public String toString() {
        return product + (version.isEmpty() ? "" : " " + version);
    }
}
