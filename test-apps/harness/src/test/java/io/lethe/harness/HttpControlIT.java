package io.lethe.harness;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What the residue test's own positive controls do not show: that the scanner sees copies in the code of HPACK, too. Only then does
 * a zero over HTTP/2 mean anything.
 */
@NeedsServers
final class HttpControlIT {

    private static final byte[] SECRET = Secrets.random(32);

    private static Authority authority;
    private static Nginx nginx;

    @BeforeAll
    static void start() {
        authority = Authority.create();
        nginx = Nginx.start(authority.server("nginx"), SECRET);
    }

    @AfterAll
    static void stop() {
        nginx.close();
    }

    /** OkHttp writes header values in HPACK's Huffman code where that is shorter, and its buffers keep them. */
    @Test
    void copiesInHuffmanCode_areSeen() {
        HttpConfig config = HttpConfig.of(nginx, HttpProtocol.H2).apiKey(Secrets.text(SECRET));
        Program program = HttpClients.newest("OkHttp")
                .on(Jdks.running())
                .roomy()
                .flags(authority.trusted())
                .config(config.values());
        try (App app = program.start()) {
            assertThat(app.mustDo("get")).contains(" key=TRUE ", HttpProtocol.H2.shown());
            assertThat(MemoryScan.scan(app.pid(), Wanted.secret("secret", SECRET))
                            .counts()
                            .keySet())
                    .anyMatch(found -> found.startsWith("secret/hpack-huffman"));
        }
    }
}
