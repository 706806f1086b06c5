package io.lethe.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A real Open Liberty, whose loaders are those of OSGi bundles, with pgjdbc as a library, the applications {@code /orders} and
 * {@code /billing} and one data source for both in its own pool.
 */
final class Liberty extends AppServer {

    /** What the build copies, some hundred megabytes, where it is asked to. */
    static final String ARCHIVE = "openliberty-runtime-24.0.0.12.zip";

    private static final String SERVER = """
            <server>
              <featureManager>
                <feature>servlet-4.0</feature><feature>jdbc-4.2</feature><feature>jndi-1.0</feature>
              </featureManager>
              <logging consoleLogLevel="INFO"/>
              <httpEndpoint id="defaultHttpEndpoint" host="127.0.0.1" httpPort="0"/>
              <library id="postgresql"><file name="${server.config.dir}/postgresql.jar"/></library>
              <dataSource jndiName="jdbc/shared" type="%s">
                <jdbcDriver libraryRef="postgresql"/>
                <properties.postgresql serverName="127.0.0.1" portNumber="%d" databaseName="%s"
                    user="orders" password="%s"/>
              </dataSource>
              <webApplication location="orders.war" contextRoot="/orders"/>
              <webApplication location="billing.war" contextRoot="/billing"/>
            </server>
            """;

    private final Path home;
    private final Path server;

    private Liberty(Path home) {
        super(Pattern.compile("CWWKO0219I: .* port (\\d+)\\."), "CWWKF0011I");
        this.home = home;
        this.server = home.resolve("usr/servers/defaultServer");
    }

    /** Unpacks one; nothing runs yet. */
    static Liberty install(Path driver) throws IOException {
        Liberty liberty = new Liberty(TemporaryFiles.directory("lethe-liberty-"));
        unpack(Drivers.server(ARCHIVE), liberty.home, "clients/", "templates/");
        Files.createDirectories(liberty.server);
        Files.copy(driver, liberty.server.resolve("postgresql.jar"));
        for (String name : new String[] {"orders", "billing"}) {
            Path application = liberty.server.resolve("apps/" + name + ".war");
            servlet(application);
            webXml(application, "jdbc/shared");
        }
        return liberty;
    }

    /** @param type which of the driver's data sources it is to use */
    Liberty source(Class<?> type, Postgres postgres, String password) throws IOException {
        String[] target = postgres.target().split("[:/]+");
        String xml = SERVER.formatted(type.getName(), Integer.valueOf(target[2]), target[3], password);
        Files.writeString(server.resolve("server.xml"), xml);
        return this;
    }

    /** Each of these is a line of {@code jvm.options}. */
    Liberty flags(List<String> flags) throws IOException {
        Files.writeString(server.resolve("jvm.options"), String.join("\n", flags) + "\n");
        return this;
    }

    /** Runs {@code server run} and waits until the applications are there. */
    Liberty start(Jdk jdk) throws IOException {
        run(script(jdk, home.resolve("bin/server"), "run", "defaultServer"));
        return this;
    }
}
