package io.lethe.harness;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Without Lethe every HTTP client leaves copies, and the scanner sees them: only then does a zero mean anything. */
@NeedsServers
final class HttpControlIT {

    private static final Results RESULTS = new Results("http-control");
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

    @ParameterizedTest(name = "{0} {1} {2} {3}")
    @MethodSource("io.lethe.harness.HttpMatrix#notYetKnown")
    void requestWithTheSecretInTheConfig_leavesCopies(
            Jdk jdk, HttpClients.Client client, HttpProtocol protocol, HttpCredential credential) {
        HttpConfig config = credential.in(HttpConfig.of(nginx, protocol), Secrets.text(SECRET));
        Program program = client.on(jdk).roomy().flags(authority.trusted()).config(config.values());
        try (App app = program.start()) {
            assertThat(app.mustDo("get 3 " + credential.path())).contains(credential.verdict(), protocol.shown());
            Residue residue = MemoryScan.scan(app.pid(), Wanted.secret("secret", SECRET));
            RESULTS.row(
                    "jdk",
                    jdk.major(),
                    "client",
                    client,
                    "protocol",
                    protocol,
                    "credential",
                    credential,
                    "copies",
                    residue.total(),
                    "MB",
                    residue.bytes() >> 20,
                    "unreadable",
                    residue.unreadable(),
                    "ms",
                    residue.millis(),
                    "collections",
                    app.mustDo("collections"),
                    "where",
                    residue.counts());
            assertThat(residue.total()).as(residue.toString()).isPositive();
        }
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
