package io.lethe.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * A real WildFly with pgjdbc as a module of JBoss Modules, whose loaders know no parent, with the applications {@code /orders}
 * and {@code /billing} and one data source for both in its own pool, IronJacamar.
 */
final class Wildfly extends AppServer {

    /** What the build copies, some hundred megabytes, where it is asked to. */
    static final String ARCHIVE = "wildfly-dist-26.1.3.Final.zip";

    private static final String MODULE = """
            <module xmlns="urn:jboss:module:1.9" name="org.postgresql">
              <resources><resource-root path="postgresql.jar"/></resources>
              <dependencies><module name="javax.api"/><module name="javax.transaction.api"/></dependencies>
            </module>
            """;
    private static final String DRIVER = "<driver name=\"postgresql\" module=\"org.postgresql\"/>";
    private static final String SOURCE = """
            <datasource jndi-name="java:jboss/datasources/orders" pool-name="orders">
              <connection-url>jdbc:%s</connection-url>
              <driver>postgresql</driver>
              <security><user-name>orders</user-name><password>%s</password></security>
            </datasource>
            """;

    private final Path home;

    private Wildfly(Path home) {
        super(Pattern.compile("HTTP listener default listening on 127\\.0\\.0\\.1:(\\d+)"), "WFLYSRV0025");
        this.home = home;
    }

    /** Unpacks one; nothing runs yet. */
    static Wildfly install(Path driver) throws IOException {
        Wildfly wildfly = new Wildfly(TemporaryFiles.directory("lethe-wildfly-"));
        unpack(Drivers.server(ARCHIVE), wildfly.home, "docs/", "domain/", "appclient/");
        Path module = Files.createDirectories(wildfly.home.resolve("modules/org/postgresql/main"));
        Files.copy(driver, module.resolve("postgresql.jar"));
        Files.writeString(module.resolve("module.xml"), MODULE);
        for (String name : new String[] {"orders", "billing"}) {
            Path application = wildfly.home.resolve("standalone/deployments/" + name + ".war");
            servlet(application);
            webXml(application, "java:jboss/datasources/orders");
            Files.createFile(application.resolveSibling(name + ".war.dodeploy"));
        }
        return wildfly;
    }

    /** Its data source, with this where the password stands in {@code standalone.xml}. */
    Wildfly source(String target, String password) throws IOException {
        Path config = home.resolve("standalone/configuration/standalone.xml");
        edit(config, "<datasources>", "<datasources>" + SOURCE.formatted(target, password));
        edit(config, "<drivers>", "<drivers>" + DRIVER);
        return this;
    }

    /** Adds this to the flags of {@code bin/standalone.conf}. */
    Wildfly flags(String flags) throws IOException {
        Path conf = home.resolve("bin/standalone.conf");
        Files.writeString(conf, Files.readString(conf) + "\nJAVA_OPTS=\"$JAVA_OPTS " + flags + "\"\n");
        return this;
    }

    /** Runs {@code standalone.sh} and waits until the applications are there. */
    Wildfly start(Jdk jdk) throws IOException {
        run(script(
                jdk,
                home.resolve("bin/standalone.sh"),
                "-Djboss.http.port=0",
                "-Djboss.https.port=0",
                "-Djboss.management.http.port=0",
                "-Djboss.management.https.port=0"));
        return this;
    }
}
