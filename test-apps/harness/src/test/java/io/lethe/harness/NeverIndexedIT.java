package io.lethe.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Over HTTP/2 a secret arrives as a literal that is never indexed (RFC 7541, 6.2.3), raw, each time: an entry in a table would
 * let later requests use it without a grant being asked, and proxies would index it again.
 */
final class NeverIndexedIT {

    private static final byte[] SECRET = Secrets.random(32);
    /** Those with sinks. */
    private static final List<String> CLIENTS = List.of(
            "java.net.http",
            "Apache HttpClient async 5.5.1",
            "Jetty 9.4.58.v20250814",
            "Jetty 11.0.26",
            "Jetty 12.1.13");

    private static final int NEVER_INDEXED = 0x10;

    private static Authority authority;
    private static HeaderBlocks server;
    private static VaultSetup vault;

    @BeforeAll
    static void start() {
        authority = Authority.create();
        server = HeaderBlocks.start(authority.server("recorder"));
        vault = VaultSetup.create().put("right", SECRET);
        vault.grantWith(
                "right",
                server.origin(),
                "--header",
                "Authorization",
                "--header",
                "X-Api-Key",
                "--ca",
                authority.certificate().toString());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    static Stream<Arguments> clients() {
        return HttpClients.all().stream()
                .filter(client -> CLIENTS.contains(client.toString()) && client.speaks(HttpProtocol.H2))
                .flatMap(client -> Jdks.all().stream().filter(client::runsOn).map(jdk -> Arguments.of(jdk, client)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("clients")
    void secretOverHttp2_isNeverIndexedByEitherSide(Jdk jdk, HttpClients.Client client) {
        int before = server.headerBlocks().size();
        HttpConfig config = HttpConfig.of(server.origin() + "/check", HttpProtocol.H2)
                .bearer("lethe:right")
                .apiKey("lethe:right");
        Program program = client.on(jdk).flags(authority.trusted()).config(config.values());
        try (App app = program.underLethe(vault.config()).start()) {
            assertThat(app.mustDo("get 3")).startsWith("200");
        }
        List<byte[]> blocks = server.headerBlocks();
        assertThat(blocks).hasSize(before + 3);
        for (byte[] block : blocks.subList(before, blocks.size())) {
            assertNeverIndexed(block, "Bearer " + Secrets.text(SECRET));
            assertNeverIndexed(block, Secrets.text(SECRET));
        }
    }

    private static void assertNeverIndexed(byte[] block, String value) {
        List<Integer> kinds = new ArrayList<>();
        ByteBuffer in = ByteBuffer.wrap(block);
        while (in.hasRemaining()) {
            int first = in.get(in.position()) & 0xff;
            // RFC 7541, 6: indexed, literal with incremental indexing, table size, never indexed, without indexing.
            int prefix = first >= 0x80 ? 7 : first >= 0x40 ? 6 : first >= 0x20 ? 5 : 4;
            int index = integer(in, prefix);
            if (prefix == 7 || prefix == 5) {
                continue;
            }
            if (index == 0) {
                string(in);
            }
            if (value.equals(string(in))) {
                kinds.add(first & 0xf0);
            }
        }
        assertThat(kinds).as("how a field with the secret was encoded").containsExactly(NEVER_INDEXED);
    }

    private static int integer(ByteBuffer in, int prefix) {
        int most = (1 << prefix) - 1;
        int value = in.get() & most;
        if (value == most) {
            int shift = 0;
            int more;
            do {
                more = in.get() & 0xff;
                value += (more & 0x7f) << shift;
                shift += 7;
            } while (more >= 0x80);
        }
        return value;
    }

    /** Null where it is in Huffman code. */
    private static String string(ByteBuffer in) {
        boolean coded = in.get(in.position()) < 0;
        byte[] bytes = new byte[integer(in, 7)];
        in.get(bytes);
        return coded ? null : new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
