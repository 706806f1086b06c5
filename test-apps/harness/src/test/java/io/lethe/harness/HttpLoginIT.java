package io.lethe.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Where the client's own machinery logs in because a server asked: Basic becomes true, all else is refused. */
@NeedsServers
final class HttpLoginIT {

    private static final byte[] SECRET = Secrets.random(32);
    private static final Taken NOTHING = new Taken(SECRET);

    private static final Map<HttpProtocol, Nginx.Speaks> PORTS =
            Map.of(HttpProtocol.H1, Nginx.Speaks.TLS, HttpProtocol.H2, Nginx.Speaks.H2);

    /** Servers that answer every request by asking for credentials, by what they ask for. */
    private static final Map<String, HttpRecorder> ASKING = new HashMap<>();

    private static Nginx nginx;
    private static HttpApps apps;

    @BeforeAll
    static void start() {
        Authority authority = Authority.create();
        nginx = Nginx.start(authority.server("nginx"), SECRET);
        VaultSetup vault = VaultSetup.create().put("right", SECRET).username("right", Nginx.USER);
        Authority.Identity identity = authority.server("asking");
        for (String scheme : new String[] {
            "Digest realm=\"r\", nonce=\"n\", qop=\"auth\", algorithm=MD5", "NTLM", "Negotiate", "Basic realm=\"r\""
        }) {
            ASKING.put(scheme, HttpRecorder.asking(identity, scheme));
        }
        String[] to = new String[2 * ASKING.size() + 2];
        int n = 0;
        for (HttpRecorder asking : ASKING.values()) {
            to[n++] = "--to";
            to[n++] = asking.origin();
        }
        to[n++] = "--to";
        to[n] = nginx.origin(Nginx.Speaks.H2);
        vault.grantWith("right", nginx.origin(Nginx.Speaks.TLS), to);
        apps = new HttpApps(row -> row.program().flags(authority.trusted()).underLethe(vault.config()));
    }

    @AfterAll
    static void stop() {
        apps.printed().forEach(NOTHING::isNotIn);
        apps.close();
        ASKING.values().forEach(HttpRecorder::close);
        nginx.close();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.lethe.harness.HttpRow#thatLogIn")
    void basic_becomesTrue_withAReferenceAsUserToo(HttpRow row) {
        String url = nginx.origin(PORTS.get(row.protocol())) + "/basic";
        // First: afterwards some clients remember who could log in.
        HttpConfig unknown = row.to(url).with("user", "joe").with("password", "lethe:unknown");
        // HttpURLConnection's getResponseCode() prefers the 401 that it has to the exception that came after.
        assertThat(apps.of(row, unknown).ask("get")).matches("ok 401.*|error - .*lethe:unknown.*");
        for (String user : new String[] {Nginx.USER, "lethe:right"}) {
            HttpConfig config = row.to(url).with("user", user).with("password", "lethe:right");
            assertThat(apps.of(row, config).mustDo("get 3")).as(user).contains("authorization=TRUE");
        }
    }

    /** A hash of the reference would be a login attempt with a wrong password. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("io.lethe.harness.HttpRow#thatLogIn")
    void otherSchemes_neverSendAHashOfTheReference(HttpRow row) {
        ASKING.forEach((scheme, asking) -> {
            HttpConfig config = row.to(asking.origin())
                    .with("protocol", HttpProtocol.H1.key())
                    .with("user", "joe")
                    .with("password", "lethe:right");
            String answer = apps.of(row, config).ask("get");
            assertThat(answer).as(scheme).matches("ok 401.*|error .*");
            String received = asking.text();
            assertThat(received)
                    .as(scheme)
                    .doesNotContain(
                            "Authorization: Digest", "Authorization: NTLM", "Authorization: Negotiate", "lethe:");
        });
    }

    /** A scheme in which a header's text is no password's place. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("io.lethe.harness.HttpRow#all")
    void referenceAsUserOfADigest_isNotReplacedByThePassword(HttpRow row) {
        HttpRecorder server = ASKING.get("NTLM");
        HttpConfig config = row.to(server.origin())
                .with("protocol", HttpProtocol.H1.key())
                .header("Authorization", "Digest username=\"lethe:right\", realm=\"r\", response=\"00\"");
        assertThat(apps.of(row, config).ask("get")).startsWith("error - ").contains("lethe:right", "Digest");
        NOTHING.isNotIn(server);
    }
}
