package io.lethe.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * All forms in which H2 and HSQLDB take a password work with a reference, which never goes out; and what is not granted is
 * refused before a socket opens, with what users of JDBC expect.
 */
final class DatabaseConnectIT {

    private static final byte[] SECRET = Secrets.random(32);
    private static final byte[] SHORT = Secrets.random(4);

    /** A driver, and how one writes things for it. */
    private enum Driver {
        H2("h2", "2.2.224", "org.h2.jdbcx.JdbcDataSource") {
            @Override
            DatabaseServer server() {
                return DatabaseServer.h2(version);
            }

            @Override
            String url(int port) {
                return "jdbc:h2:tcp://127.0.0.1:" + port + "/mem:orders;DB_CLOSE_DELAY=-1";
            }

            @Override
            String path() {
                return "mem:orders";
            }
        },
        HSQLDB("hsqldb", "2.7.4", "org.hsqldb.jdbc.JDBCDataSource") {
            @Override
            DatabaseServer server() {
                return DatabaseServer.hsqldb(version, "APP", SECRET);
            }

            @Override
            String url(int port) {
                return "jdbc:hsqldb:hsql://127.0.0.1:" + port + "/orders";
            }

            @Override
            String path() {
                return "orders";
            }
        };

        final String scheme;
        final String version;
        final String dataSource;

        Driver(String scheme, String version, String dataSource) {
            this.scheme = scheme;
            this.version = version;
            this.dataSource = dataSource;
        }

        abstract DatabaseServer server();

        abstract String url(int port);

        abstract String path();

        Program program(String main) {
            return Program.of(main).with(Drivers.jar(scheme, version));
        }
    }

    private static VaultSetup vault;

    @BeforeAll
    static void makeVault() {
        vault = VaultSetup.create()
                .put("right", SECRET)
                .username("right", "APP")
                .put("consent", SECRET)
                .put("none", SECRET)
                .put("wrong", Secrets.random(32))
                .put("short", SHORT);
        for (Driver driver : Driver.values()) {
            String target = driver.scheme + "://127.0.0.1:*/" + driver.path();
            vault.grantWith("right", target, "--user", "APP", "--user", "app", "--weak", "cleartext");
            vault.grantWith("wrong", target, "--user", "APP", "--weak", "cleartext");
            vault.grantWith("short", target, "--user", "APP", "--weak", "cleartext");
            vault.grantWith("consent", target, "--user", "APP");
        }
    }

    @ParameterizedTest
    @EnumSource(Driver.class)
    void eachForm_connects_andTheReferenceNeverGoesOut(Driver driver) {
        try (DatabaseServer server = driver.server();
                Listener relay = relay(server.port())) {
            try (App app = driver.program("PlainJdbc")
                    .config(Configs.plain(driver.url(server.port()), "APP", Secrets.text(SECRET)))
                    .start()) {
                app.mustDo("connect");
                app.mustDo("close");
            }
            String url = driver.url(relay.port());
            Map<String, String> properties = Configs.plain(url, "APP", "lethe:right");
            String named = url + ";user=lethe:right;password=lethe:right";
            try (App app = driver.program("PlainJdbc")
                    .underLethe(vault.config())
                    .config(properties)
                    .start()) {
                app.mustDo("connect");
                for (Map<String, String> form : List.of(
                        Configs.plus(properties, "style", "arguments"),
                        Configs.plain(url, "lethe:right", "lethe:right"),
                        Configs.plain(url, "lethe:right#username", "lethe:right#password"),
                        Map.of("url", named, "style", "url"),
                        Configs.plus(properties, "loginTimeout", "20"))) {
                    app.mustDo("config " + Program.propertiesFile(form));
                    app.mustDo("connect");
                }
            }
            Map<String, String> setters = Map.of(
                    "class", driver.dataSource, "set.url", url, "set.user", "APP", "set.password", "lethe:right");
            try (App app = driver.program("DataSourceApp")
                    .underLethe(vault.config())
                    .config(setters)
                    .start()) {
                app.mustDo("connect");
                Map<String, String> given = Map.of(
                        "class", driver.dataSource, "set.url", url, "user", "lethe:right", "password", "lethe:right");
                app.mustDo("config " + Program.propertiesFile(given));
                app.mustDo("connect");
            }
            assertThat(relay.connections()).isGreaterThanOrEqualTo(8);
            String sent = relay.text();
            assertThat(sent).as("as UTF-8").doesNotContain("lethe").doesNotContain("LETHE");
            assertThat(sent).as("as UTF-16").doesNotContain("l\0e\0t\0h\0e").doesNotContain("L\0E\0T\0H\0E");
            String proof = driver == Driver.H2
                    ? new String(Equivalents.h2("APP", SECRET), StandardCharsets.ISO_8859_1)
                    : Secrets.text(SECRET);
            assertThat(sent.split(Pattern.quote(proof), -1))
                    .as("the recording shows what is sent, once for each connection")
                    .hasSize(relay.connections() + 1);
        }
    }

    @ParameterizedTest
    @EnumSource(Driver.class)
    void whatIsNotGranted_isRefusedBeforeASocketOpens(Driver driver) {
        try (Listener listener = Listener.silent();
                App app = driver.program("PlainJdbc")
                        .underLethe(vault.config())
                        .config(Configs.plain(driver.url(listener.port()), "APP", "lethe:none"))
                        .start()) {
            assertThat(app.ask("connect"))
                    .startsWith("error 28000 java.sql.SQLInvalidAuthorizationSpecException lethe: ")
                    .contains("lethe:none", driver.scheme + "://127.0.0.1:" + listener.port() + "/" + driver.path());
            app.mustDo("config "
                    + Program.propertiesFile(Configs.plain(driver.url(listener.port()), "APP", "lethe:consent")));
            assertThat(app.ask("connect"))
                    .startsWith("error 28000 java.sql.SQLInvalidAuthorizationSpecException lethe: ")
                    .contains("lethe:consent", "in clear text", "--weak cleartext");
            app.mustDo("config "
                    + Program.propertiesFile(Configs.plain(driver.url(listener.port()), "OTHER", "lethe:right")));
            assertThat(app.ask("connect")).startsWith("error 28000 ").contains("lethe:right");
            app.mustDo("config "
                    + Program.propertiesFile(Configs.plain(driver.url(listener.port()), "lethe:none", "plain")));
            assertThat(app.ask("connect")).startsWith("error 28000 ").contains("lethe:none");
            assertThat(listener.connections()).isZero();
            // HSQLDB's protocol sends the password as it is: what would stand for a short one could be guessed.
            if (driver == Driver.HSQLDB) {
                app.mustDo("config "
                        + Program.propertiesFile(Configs.plain(driver.url(listener.port()), "APP", "lethe:short")));
                assertThat(app.ask("connect")).startsWith("error 28000 ").contains("too short");
            }
            assertThat(listener.text()).doesNotContain("lethe", Secrets.text(SHORT), Secrets.text(SECRET));
        }
    }

    @ParameterizedTest
    @EnumSource(Driver.class)
    void refusedLogin_isOneToTheCircuit_alsoWithALoginTimeout(Driver driver) {
        try (DatabaseServer server = driver.server()) {
            String url = driver.url(server.port());
            try (App app = driver.program("PlainJdbc")
                    .underLethe(vault.config())
                    .config(Configs.plain(url, "APP", "lethe:right"))
                    .start()) {
                app.mustDo("connect");
                Map<String, String> wrong = Configs.plain(url, "APP", "lethe:wrong");
                app.mustDo("config " + Program.propertiesFile(Configs.plus(wrong, "loginTimeout", "20")));
                assertThat(app.ask("connect")).startsWith("error 28");
                assertThat(app.ask("connect")).startsWith("error 08001 ").contains(" refused lethe:wrong ");
                assertThat(vault.records(app.pid()).stream()
                                .filter(line ->
                                        line.contains("\"event\":\"outcome\"") && line.contains("\"secret\":\"wrong\""))
                                .toList())
                        .hasSize(1)
                        .allMatch(line -> line.contains("\"outcome\":\"28"));
            }
        }
    }

    /** Who logs in at a server in the application's process types what he likes; it is the application that holds references. */
    @Test
    void referenceTypedIntoALoginAtH2sOwnServer_staysText() {
        VaultSetup here = VaultSetup.create().put("right", SECRET);
        here.grantWith("right", "h2://embedded/*", "--user", "APP");
        Program client = Program.of("PlainJdbc").with(Drivers.postgresql("42.7.14"));
        for (String password : List.of("typed", "lethe:right")) {
            try (DatabaseServer server = DatabaseServer.h2AsPostgres(
                            Driver.H2.version, List.of("-javaagent:" + Program.agentJar() + "=" + here.config()));
                    App app = client.config(Configs.plain(
                                    "jdbc:postgresql://127.0.0.1:" + server.port() + "/orders", "APP", password))
                            .start()) {
                // Past the login it asks for what H2 does not know.
                String answer = app.ask("connect");
                assertThat(answer.contains("extra_float_digits"))
                        .as("%s: %s", password, answer)
                        .isEqualTo(password.equals("typed"));
                assertThat(here.records()).noneMatch(line -> line.contains("\"allowed\":true"));
            }
        }
    }

    /** Over TLS no consent is needed, but a server that the grant knows; what H2 itself checks does not count. */
    @Test
    void h2OverTls_goesToTheServerThatTheGrantNames_andLeavesNothing() {
        Authority authority = Authority.create();
        Authority.Identity identity = authority.server("h2");
        List<String> store = List.of(
                "-Djavax.net.ssl.keyStore=" + identity.directory().resolve("h2.p12"),
                "-Djavax.net.ssl.keyStoreType=PKCS12",
                "-Djavax.net.ssl.keyStorePassword=" + Authority.STORE_PASSWORD);
        VaultSetup tls = VaultSetup.create().put("known", SECRET).put("other", SECRET);
        String target = "h2://127.0.0.1:*/mem:orders";
        tls.grantWith("known", target, "--user", "APP", "--pin", identity.pin());
        tls.grantWith(
                "other",
                target,
                "--user",
                "APP",
                "--pin",
                authority.server("other").pin());
        try (DatabaseServer server = DatabaseServer.h2(Driver.H2.version, store.toArray(new String[0]))) {
            String url = "jdbc:h2:ssl://127.0.0.1:" + server.port() + "/mem:orders;DB_CLOSE_DELAY=-1";
            try (App app = client(authority, store)
                    .config(Configs.plain(url, "APP", Secrets.text(SECRET)))
                    .start()) {
                app.mustDo("connect");
                app.mustDo("close");
            }
            try (App app = client(authority, store)
                    .underLethe(tls.config())
                    .config(Configs.plain(url, "APP", "lethe:known"))
                    .start()) {
                app.mustDo("connect 3");
                Wanted wanted = Wanted.secret("secret", SECRET).andDerived("hash", Equivalents.h2("APP", SECRET));
                Left.nothing(tls, app.pid(), Jdks.running(), MemoryScan.scan(app.pid(), wanted));
                app.mustDo("config " + Program.propertiesFile(Configs.plain(url, "APP", "lethe:other")));
                assertThat(app.ask("connect"))
                        .startsWith("error 28000 java.sql.SQLInvalidAuthorizationSpecException lethe: ")
                        .contains("lethe:other");
            }
        }
    }

    private static Program client(Authority authority, List<String> store) {
        return Driver.H2.program("PlainJdbc").roomy().flags(authority.trusted()).flags(store);
    }

    /** Passes everything on to the server, and keeps what clients sent. */
    private static Listener relay(int port) {
        return Listener.start((in, out) -> {
            try (Socket server = new Socket(InetAddress.getByName("127.0.0.1"), port)) {
                Thread back = new Thread(() -> copy(server, out), "relay");
                back.setDaemon(true);
                back.start();
                pass(in, server.getOutputStream());
            }
        });
    }

    private static void copy(Socket server, OutputStream out) {
        try {
            pass(server.getInputStream(), out);
        } catch (IOException e) {
            // Either side hung up.
        }
    }

    private static void pass(InputStream in, OutputStream out) throws IOException {
        byte[] buffer = new byte[8192];
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            out.write(buffer, 0, count);
            out.flush();
        }
    }
}
