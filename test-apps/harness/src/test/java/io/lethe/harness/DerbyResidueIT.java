package io.lethe.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Derby's client keeps nothing of the password, which it has flipped for later, nor of what it answers a server's seed with. */
final class DerbyResidueIT {

    private static final byte[] SECRET = Secrets.random(32);
    private static final byte[] WRONG = Secrets.random(32);

    private static DatabaseServer server;
    private static VaultSetup vault;
    private static DatabaseResidue residue;

    @BeforeAll
    static void start() {
        server = DatabaseServer.derby("10.14.2.0", "app", SECRET);
        vault = VaultSetup.create().put("right", SECRET).put("wrong", WRONG);
        vault.username("right", "app");
        for (String secret : List.of("right", "wrong")) {
            vault.grant(secret, "derby://127.0.0.1:*/orders", "app");
        }
        Wanted wanted = Wanted.secret("secret", SECRET).and("wrong", WRONG);
        for (byte[] password : List.of(SECRET, WRONG)) {
            String of = password == SECRET ? "" : " of wrong";
            wanted.andDerived("flipped" + of, flipped(password))
                    .andDerived("token" + of, Equivalents.derby("app", password));
        }
        residue = new DatabaseResidue("derby", vault, wanted);
    }

    /** As UTF-16 of characters whose bits are all inverted, in the byte order that memory has. */
    private static byte[] flipped(byte[] password) {
        byte[] flipped = new byte[2 * password.length];
        for (int i = 0; i < password.length; i++) {
            flipped[2 * i] = (byte) ~password[i];
            flipped[2 * i + 1] = (byte) 0xff;
        }
        return flipped;
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    static Stream<Arguments> everyJdkAndVersion() {
        return DatabaseResidue.jdksAndVersions(
                Drivers.DERBY, (jdk, version) -> jdk.major() >= 17 || !version.equals("10.16.1.1"));
    }

    @ParameterizedTest(name = "{0} Derby {1}")
    @MethodSource("everyJdkAndVersion")
    void connecting_leavesNothing(Jdk jdk, String version) {
        DatabaseResidue.Way way = new DatabaseResidue.Way(
                "substitute", config(Secrets.text(SECRET), 8), config("lethe:right", 8), config("lethe:wrong", 8));
        residue.run(jdk, version, program(jdk, version), program(jdk, version), List.of(way));
    }

    /** The default mechanism sends the password as it is; 9 encrypts it for whoever answers. */
    @Test
    void mechanismsThatSendThePassword_areRefused() {
        try (App app = program(Jdks.running(), "10.14.2.0")
                .underLethe(vault.config())
                .config(config("lethe:right", 3))
                .start()) {
            for (int mechanism : new int[] {3, 9}) {
                app.mustDo("config " + Program.propertiesFile(config("lethe:right", mechanism)));
                assertThat(app.ask("connect"))
                        .startsWith("error 28000 java.sql.SQLInvalidAuthorizationSpecException lethe: ")
                        .contains("securityMechanism=8");
            }
            Map<String, String> named = Configs.plus(config("lethe:right", 8), "user", "lethe:right");
            app.mustDo("config " + Program.propertiesFile(named));
            app.mustDo("connect");
        }
    }

    private static Program program(Jdk jdk, String version) {
        return Program.of("PlainJdbc").on(jdk).with(Drivers.derby(version)).roomy();
    }

    private static Map<String, String> config(String password, int mechanism) {
        String url = "jdbc:derby://127.0.0.1:" + server.port() + "/orders;create=true";
        return Configs.plus(
                Configs.plain(url, "app", password), "option.securityMechanism", Integer.toString(mechanism));
    }
}
