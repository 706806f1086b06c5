package io.lethe.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Drivers of tomorrow, of each family but pgjdbc's ({@link BreakGlassIT}) and MySQL's, which has no override, each without one method that a hook looks for and that
 * no proof goes through: refused, until an override for that very target holds, and again when it has ended.
 */
@NeedsServers(Mariadb.PACKAGE)
final class BreakGlassDriversIT {

    private static final byte[] SECRET = Secrets.random(24);
    private static final String TWO = "(Ljava/lang/String;Ljava/lang/String;)";

    @Test
    void driverOfWhichAPartIsRecognised_getsTheReference_byAnOverrideForItsTargetOnly() {
        Path dir = TemporaryFiles.directory("lethe-partial-");
        VaultSetup vault = VaultSetup.create(dir).put("night-db", SECRET);
        vault.grant("night-db", "h2://embedded/*", "APP").grant("night-db", "hsqldb://embedded/*", "APP");
        vault.grant("night-db", "derby://127.0.0.1:*/orders", "app");
        try (Mariadb mariadb = Mariadb.start(null);
                DatabaseServer derby = DatabaseServer.derby("10.14.2.0", "app", SECRET)) {
            mariadb.createUser("orders", SECRET, "mysql_native_password");
            vault.grant("night-db", mariadb.target(), "orders");
            Map<String, Map<String, String>> configs = new LinkedHashMap<>();
            configs.put("h2://embedded:9092/mem:night", reference("jdbc:h2:mem:night", "APP"));
            configs.put("hsqldb://embedded:9001/mem:night", reference("jdbc:hsqldb:mem:night", "APP"));
            configs.put(
                    "derby://127.0.0.1:" + derby.port() + "/orders",
                    Configs.plus(
                            reference("jdbc:derby://127.0.0.1:" + derby.port() + "/orders;create=true", "app"),
                            "option.securityMechanism",
                            "8",
                            "query",
                            "values 1"));
            configs.put(mariadb.target(), reference(mariadb.url(), "orders"));
            List<String> targets = List.copyOf(configs.keySet());
            try (App app = Program.of("PlainJdbc")
                    .with(drivers(dir))
                    .underLethe(vault.config())
                    .config(configs.get(targets.get(0)))
                    .start()) {
                for (String target : targets) {
                    refused(app, configs.get(target));
                }
                String first = "";
                for (int i = 0; i < targets.size(); i++) {
                    String id = breakGlass(vault, targets.get(i));
                    first = i == 0 ? id : first;
                    app.mustDo("config " + Program.propertiesFile(configs.get(targets.get(i))));
                    assertThat(app.ask("connect")).as(app.err()).isEqualTo("ok 1");
                    assertThat(app.err())
                            .contains(
                                    "lethe: BREAK-GLASS for lethe:night-db on " + targets.get(i) + ": this version of");
                    if (i + 1 < targets.size()) {
                        refused(app, configs.get(targets.get(i + 1)));
                    }
                }
                vault.lethe(
                        new byte[0],
                        "break-glass",
                        "--end",
                        first,
                        "--reason",
                        "over",
                        "--vault",
                        vault.vault().toString());
                refused(app, configs.get(targets.get(0)));
                assertThat(app.err()).doesNotContain(Secrets.text(SECRET));
            }
        }
    }

    private static void refused(App app, Map<String, String> config) {
        app.mustDo("config " + Program.propertiesFile(config));
        assertThat(app.ask("connect"))
                .as(config.get("url"))
                .startsWith("error 28000 ")
                .contains("lethe:night-db stays here: this version of ")
                .contains(" is PARTIAL: ");
    }

    private static Path[] drivers(Path dir) {
        return new Path[] {
            PartialDriver.without(
                    Drivers.jar("h2", "2.2.224"),
                    dir.resolve("h2.jar"),
                    "org/h2/jdbcx/JdbcDataSource",
                    "getXAConnection",
                    TWO + "Ljavax/sql/XAConnection;"),
            PartialDriver.without(
                    Drivers.jar("hsqldb", "2.7.4"),
                    dir.resolve("hsqldb.jar"),
                    "org/hsqldb/jdbc/pool/JDBCXADataSource",
                    "getXAConnection",
                    TWO + "Ljavax/sql/XAConnection;"),
            PartialDriver.without(
                    Drivers.derby("10.14.2.0").get(0),
                    dir.resolve("derby.jar"),
                    "org/apache/derby/client/net/NetConnection",
                    "flowReconnect",
                    null),
            PartialDriver.without(
                    Drivers.mariadb("3.5.9"),
                    dir.resolve("mariadb.jar"),
                    "org/mariadb/jdbc/client/impl/ConnectionHelper",
                    "enabledSslProtocolSuites",
                    null)
        };
    }

    private static Map<String, String> reference(String url, String user) {
        return Configs.plain(url, user, "lethe:night-db");
    }

    /** @return its id */
    private static String breakGlass(VaultSetup vault, String target) {
        return vault.lethe(
                        new byte[0],
                        "break-glass",
                        "--secret",
                        "night-db",
                        "--target",
                        target,
                        "--for",
                        "2h",
                        "--reason",
                        "INC-4711",
                        "--vault",
                        vault.vault().toString(),
                        "--json")
                .out()
                .replaceAll("(?s).*\"id\":\\s*\"([^\"]+)\".*", "$1");
    }
}
