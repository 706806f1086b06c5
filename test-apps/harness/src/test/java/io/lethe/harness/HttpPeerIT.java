package io.lethe.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A secret reaches the server that its grant names and no other: not the one that a redirect leads to, nor one that says it is
 * the granted one to a program that believes everybody. What the other server received is compared, byte by byte.
 */
final class HttpPeerIT {

    private static final byte[] SECRET = Secrets.random(32);
    private static final String[] HEADERS = {"--header", "Authorization", "--header", "X-Api-Key"};
    private static final Taken NOTHING = new Taken(SECRET);

    private static final Map<HttpProtocol, Servers> SERVERS = new HashMap<>();

    private static VaultSetup vault;
    private static HttpApps careful;
    private static HttpApps blind;

    /** All that speak one protocol. */
    private static final class Servers {

        final HttpRecorder granted;
        final HttpRecorder other;
        final HttpRecorder toOther;
        final HttpRecorder toAddress;
        final HttpRecorder impostor;
        final HttpRecorder misnamed;
        final HttpRecorder expired;
        final HttpRecorder forged;
        final HttpRecorder pinned;
        final HttpRecorder wronglyPinned;
        final HttpRecorder unknown;
        final HttpRecorder known;

        Servers(HttpProtocol protocol, Authority authority) {
            String name = protocol.key();
            Authority.Identity owner = authority.server(name + "-granted");
            Authority.Identity self = authority.impostor(name + "-self");
            granted = HttpRecorder.tls(owner, protocol);
            other = HttpRecorder.tls(owner, protocol);
            toOther = HttpRecorder.redirecting(owner, protocol, other.origin() + "/landed");
            toAddress = HttpRecorder.redirecting(owner, protocol, "https://127.0.0.1:" + granted.port() + "/landed");
            impostor = HttpRecorder.tls(self, protocol);
            misnamed = HttpRecorder.tls(authority.serverOf(name + ".example"), protocol);
            expired = HttpRecorder.tls(authority.expired(name + "-expired"), protocol);
            forged = HttpRecorder.tls(authority.forged(name + "-forged", owner), protocol);
            pinned = HttpRecorder.tls(self, protocol);
            wronglyPinned = HttpRecorder.tls(authority.impostor(name + "-other"), protocol);
            unknown = HttpRecorder.tls(owner, protocol);
            known = HttpRecorder.tls(owner, protocol);
            String ca = authority.certificate().toString();
            grant(new String[] {"--ca", ca}, granted, toOther, toAddress, impostor, misnamed, expired, forged);
            grant(new String[] {"--pin", self.pin()}, pinned, wronglyPinned);
            grant(new String[0], unknown, known);
        }

        private static void grant(String[] trust, HttpRecorder... servers) {
            String[] options = new String[HEADERS.length + trust.length + 2 * (servers.length - 1)];
            int n = 0;
            for (String[] some : new String[][] {HEADERS, trust}) {
                for (String option : some) {
                    options[n++] = option;
                }
            }
            for (int i = 1; i < servers.length; i++) {
                options[n++] = "--to";
                options[n++] = servers[i].origin();
            }
            vault.grantWith("payments", servers[0].origin(), options);
        }
    }

    @BeforeAll
    static void start() {
        Authority authority = Authority.create();
        vault = VaultSetup.create().put("payments", SECRET);
        for (HttpProtocol protocol : HttpProtocol.values()) {
            SERVERS.put(protocol, new Servers(protocol, authority));
        }
        careful = new HttpApps(row -> row.program().flags(authority.trusted()).underLethe(vault.config()));
        blind = new HttpApps(row -> row.program().after("trust-all").underLethe(vault.config()));
    }

    @AfterAll
    static void stop() {
        careful.printed().forEach(NOTHING::isNotIn);
        blind.printed().forEach(NOTHING::isNotIn);
        careful.close();
        blind.close();
    }

    private static Servers servers(HttpRow row) {
        return SERVERS.get(row.protocol());
    }

    /** Both headers: some clients leave out Authorization on their way to another host, and all take an API key along. */
    private static HttpConfig withReferences(HttpRow row, HttpRecorder server) {
        return row.to(server.origin() + "/v1").bearer("lethe:payments").apiKey("lethe:payments");
    }

    private static void refusedBefore(App app, HttpRecorder server, String... reasons) {
        int before = server.requests();
        for (int i = 0; i < 2; i++) {
            assertThat(app.ask("get"))
                    .startsWith("error - ")
                    .contains("lethe:payments", server.origin())
                    .contains(reasons);
        }
        assertThat(server.requests()).as("requests that arrived").isEqualTo(before);
        NOTHING.isNotIn(server);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.lethe.harness.HttpRow#all")
    void grantedServer_receivesTheSecret(HttpRow row) {
        HttpRecorder granted = servers(row).granted;
        for (HttpApps apps : new HttpApps[] {careful, blind}) {
            int before = granted.requests();
            App app = apps.of(row, withReferences(row, granted));
            assertThat(app.mustDo("get 2")).startsWith("200");
            assertThat(granted.requests()).isEqualTo(before + 2);
            assertThat(granted.text())
                    .contains("Bearer " + Secrets.text(SECRET))
                    .doesNotContain("lethe:");
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.lethe.harness.HttpRow#thatFollow")
    void redirectToAnotherPort_isRefused(HttpRow row) {
        Servers servers = servers(row);
        App app = careful.of(row, row.to(servers.toOther.origin()).apiKey("lethe:payments"));
        refusedBefore(app, servers.other, "is denied");
        assertThat(servers.toOther.requests()).isPositive();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.lethe.harness.HttpRow#thatFollow")
    void redirectToAnotherHost_isRefused(HttpRow row) {
        Servers servers = servers(row);
        int before = servers.granted.requests();
        App app = careful.of(row, row.to(servers.toAddress.origin()).apiKey("lethe:payments"));
        assertThat(app.ask("get"))
                .startsWith("error - ")
                .contains("lethe:payments", "https://127.0.0.1:" + servers.granted.port(), "is denied");
        assertThat(servers.granted.requests()).isEqualTo(before);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.lethe.harness.HttpRow#thatFollow")
    void redirectOfAnAuthorization_leavesItOrIsRefused(HttpRow row) {
        Servers servers = servers(row);
        App app = careful.of(row, row.to(servers.toOther.origin()).bearer("lethe:payments"));
        assertThat(app.ask("get")).matches("ok (200|302).*|error .*lethe:payments.*");
        NOTHING.isNotIn(servers.other);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.lethe.harness.HttpRow#all")
    void impostorBeforeAProgramThatTrustsAll_isRefused(HttpRow row) {
        HttpRecorder impostor = servers(row).impostor;
        refusedBefore(blind.of(row, withReferences(row, impostor)), impostor, "not one that is trusted", "--ca");
        App app = blind.of(row, row.to(impostor.origin()).apiKey("in the clear"));
        assertThat(app.mustDo("get")).as("without a reference all is as before").startsWith("200");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.lethe.harness.HttpRow#all")
    void certificateForAnotherName_isRefused(HttpRow row) {
        HttpRecorder misnamed = servers(row).misnamed;
        String name = row.protocol().key() + ".example";
        App app = blind.of(row, withReferences(row, misnamed));
        assertThat(app.ask("get"))
                .matches("error - (.*lethe:payments.* is for " + name
                        + ", not for localhost.*|.*PeerUnverified.*|.*UNAVAILABLE.*)");
        assertThat(misnamed.requests()).as("requests that arrived").isZero();
        NOTHING.isNotIn(misnamed);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.lethe.harness.HttpRow#all")
    void expiredCertificate_isRefused(HttpRow row) {
        HttpRecorder expired = servers(row).expired;
        refusedBefore(blind.of(row, withReferences(row, expired)), expired, "not one that is trusted");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.lethe.harness.HttpRow#all")
    void certificateThatAnotherServerSigned_isRefused(HttpRow row) {
        HttpRecorder forged = servers(row).forged;
        refusedBefore(blind.of(row, withReferences(row, forged)), forged, "not one that is trusted");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.lethe.harness.HttpRow#all")
    void authorityOfOnesOwn_isRefusedWithTheCommandThatNamesIt(HttpRow row) {
        HttpRecorder server = servers(row).unknown;
        String command = "lethe vault grant payments --to " + server.origin() + " --ca ca.pem";
        refusedBefore(blind.of(row, withReferences(row, server)), server, command);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.lethe.harness.HttpRow#all")
    void authorityInTheJvmsTrustStore_isEnough(HttpRow row) {
        HttpRecorder server = servers(row).known;
        assertThat(careful.of(row, withReferences(row, server)).mustDo("get")).startsWith("200");
        assertThat(server.text()).contains("Bearer " + Secrets.text(SECRET));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.lethe.harness.HttpRow#all")
    void pinnedKey_isEnough_andAnotherIsRefused(HttpRow row) {
        Servers servers = servers(row);
        App app = blind.of(row, withReferences(row, servers.pinned));
        assertThat(app.mustDo("get")).startsWith("200");
        assertThat(servers.pinned.text()).contains("Bearer " + Secrets.text(SECRET));
        HttpRecorder wrong = servers.wronglyPinned;
        refusedBefore(blind.of(row, withReferences(row, wrong)), wrong, "its key is not the one that the grant pins");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.lethe.harness.HttpRow#all")
    void changedHostHeader_changesNothing(HttpRow row) {
        Servers servers = servers(row);
        HttpConfig config = withReferences(row, servers.other).header("Host", "localhost:" + servers.granted.port());
        refusedBefore(careful.of(row, config), servers.other, "is denied");
        App app = careful.of(row, withReferences(row, servers.granted).header("Host", "elsewhere.example"));
        assertThat(app.mustDo("get")).startsWith("200");
    }
}
