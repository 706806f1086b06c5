package io.lethe.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * HTTP/3 has no sink: a request with a reference takes HTTP/2, or is refused where the program allows nothing else, and no packet
 * of QUIC leaves for it. Requests without a reference send theirs.
 */
@NeedsServers
final class Http3IT {

    private static final byte[] SECRET = Secrets.random(32);
    private static final String ONLY = "HTTP_3_URI_ONLY";

    private static Authority authority;
    private static Nginx nginx;
    private static VaultSetup vault;

    @BeforeAll
    static void start() {
        authority = Authority.create();
        nginx = Nginx.start(authority.server("nginx"), SECRET);
        vault = VaultSetup.create().put("payments", SECRET);
        vault.grantWith(
                "payments", nginx.origin(Nginx.Speaks.H2), "--header", "Authorization", "--header", "X-Api-Key");
    }

    @AfterAll
    static void stop() {
        nginx.close();
    }

    static Stream<Jdk> withHttp3() {
        return Jdks.all().stream().filter(jdk -> jdk.major() >= 26);
    }

    private static HttpConfig config(String discovery) {
        return HttpConfig.of(nginx, HttpProtocol.H2).with("http3", discovery);
    }

    private static App start(Jdk jdk, HttpConfig config) {
        return HttpClients.newest("java.net.http")
                .on(jdk)
                .flags(authority.trusted())
                .underLethe(vault.config())
                .config(config.values())
                .start();
    }

    @ParameterizedTest(name = "{0}", allowZeroInvocations = true)
    @MethodSource("withHttp3")
    void referenceWhereOnlyHttp3IsAllowed_isRefusedBeforeAnyPacket(Jdk jdk) throws IOException {
        try (Packets packets = new Packets();
                App app = start(jdk, config(ONLY).apiKey("lethe:payments"))) {
            assertRefused(app.ask("get"));
            HttpApps.configure(app, config(ONLY).bearer("lethe:payments"));
            assertRefused(app.ask("get"));
            assertThat(packets.any()).as("packets of QUIC").isFalse();
        }
    }

    private static void assertRefused(String answer) {
        assertThat(answer)
                .matches("error - \\S*IOException .*")
                .contains("lethe:payments", nginx.origin(Nginx.Speaks.H2), "HTTP/3");
    }

    @ParameterizedTest(name = "{0}", allowZeroInvocations = true)
    @MethodSource("withHttp3")
    void referenceWhereOtherProtocolsAreAllowed_takesHttp2(Jdk jdk) throws IOException {
        try (Packets packets = new Packets();
                App app = start(jdk, config("ANY").apiKey("lethe:payments"))) {
            assertThat(app.mustDo("get 3")).contains(" key=TRUE ", HttpProtocol.H2.shown());
            HttpApps.configure(app, config("ALT_SVC").bearer("lethe:payments"));
            assertThat(app.mustDo("get 3")).contains("authorization=TRUE ", HttpProtocol.H2.shown());
            assertThat(packets.any()).as("packets of QUIC").isFalse();
        }
    }

    @ParameterizedTest(name = "{0}", allowZeroInvocations = true)
    @MethodSource("withHttp3")
    void requestWithoutReference_triesHttp3AsBefore(Jdk jdk) throws IOException {
        try (Packets packets = new Packets();
                App app = start(jdk, config("ANY").apiKey("in the clear"))) {
            assertThat(app.mustDo("get")).startsWith("200 ");
            assertThat(packets.any()).as("packets of QUIC").isTrue();
            HttpApps.configure(app, config(ONLY).apiKey("in the clear").with("timeout", "1000"));
            assertThat(app.ask("get")).startsWith("error ").doesNotContain("lethe");
            assertThat(packets.any()).as("packets of QUIC").isTrue();
        }
    }

    /** What arrives over UDP where nginx listens over TCP. */
    private static final class Packets implements AutoCloseable {

        private static final String LAST = "last";

        private final DatagramSocket socket;

        Packets() throws IOException {
            String origin = nginx.origin(Nginx.Speaks.H2);
            int port = Integer.parseInt(origin.substring(origin.lastIndexOf(':') + 1));
            socket = new DatagramSocket(port, InetAddress.getByName("127.0.0.1"));
            socket.setSoTimeout(30_000);
        }

        /** Whether one came since it was last asked; the own one comes behind all others. */
        boolean any() throws IOException {
            byte[] last = LAST.getBytes(StandardCharsets.US_ASCII);
            try (DatagramSocket own = new DatagramSocket(0, socket.getLocalAddress())) {
                own.send(new DatagramPacket(last, last.length, socket.getLocalSocketAddress()));
            }
            boolean any = false;
            while (true) {
                DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
                socket.receive(packet);
                if (new String(packet.getData(), 0, packet.getLength(), StandardCharsets.ISO_8859_1).equals(LAST)) {
                    return any;
                }
                any = true;
            }
        }

        @Override
        public void close() {
            socket.close();
        }
    }
}
