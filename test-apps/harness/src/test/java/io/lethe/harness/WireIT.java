package io.lethe.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Requests without a reference are the same on the wire with and without the agent, byte by byte: for every client, in clear
 * text, and before TLS encrypts them.
 */
final class WireIT {

    private static final int WAYS = 8;
    private static final int REQUESTS = 3;

    private static Authority authority;
    private static Authority.Identity identity;
    private static VaultSetup vault;

    @BeforeAll
    static void start() {
        authority = Authority.create();
        identity = authority.server("wire");
        vault = VaultSetup.create().put("unused", Secrets.random(32));
    }

    static Stream<Arguments> everyClient() {
        return Matrix.of(HttpMatrix::possible, Jdks.all(), HttpClients.all(), List.of(HttpProtocol.values())).stream()
                .map(combination -> Arguments.of(combination.toArray()));
    }

    @ParameterizedTest(name = "{0} {1} {2}")
    @MethodSource("everyClient")
    void requestsWithoutReference_areUnchanged(Jdk jdk, HttpClients.Client client, HttpProtocol protocol) {
        if (protocol == HttpProtocol.H2) {
            try (H2Recorder server = H2Recorder.start(identity)) {
                compare(jdk, client, HttpConfig.of(server.origin(), "/wire?a=b", protocol), server::frames);
            }
            return;
        }
        try (HttpRecorder server = HttpRecorder.tls(identity)) {
            compare(jdk, client, HttpConfig.of(server.origin(), "/wire?a=b", protocol), () -> lines(server));
        }
        if (client.can(HttpClients.Can.SPEAK_CLEAR_TEXT)) {
            try (HttpRecorder server = HttpRecorder.plain()) {
                compare(jdk, client, HttpConfig.of(server.origin(), "/wire?a=b", protocol), () -> lines(server));
            }
        }
    }

    /**
     * What the same server received from the program without Lethe, and then from the program with it. Some clients send one
     * request in several ways, with no agent either (which static index of {@code :path}, how data is cut into frames, over
     * which connection): what is sent with Lethe must be one of the ways that were seen without it.
     */
    private static void compare(
            Jdk jdk, HttpClients.Client client, HttpConfig config, Supplier<List<String>> received) {
        HttpConfig full = headers(config);
        List<List<String>> without = new ArrayList<>();
        List<String> under = List.of();
        for (int i = 0; i < WAYS && (i == 0 || !without.contains(under)); i++) {
            without.add(sent(program(jdk, client, full), received));
            under = sent(program(jdk, client, full).underLethe(vault.config()), received);
        }
        assertThat(without).as("without Lethe").contains(under);
    }

    private static List<String> sent(Program program, Supplier<List<String>> received) {
        int before = received.get().size();
        List<String> answers = run(program);
        List<String> all = received.get();
        assertThat(all.size()).as("requests that arrived").isGreaterThan(before);
        List<String> sent = new ArrayList<>(all.subList(before, all.size()));
        sent.sort(null);
        sent.addAll(answers);
        return sent;
    }

    /** Otherwise the comparison might be blind. */
    @Test
    void aHeaderThatDiffersByOneCharacter_isSeen() {
        HttpClients.Client client = HttpClients.newest("HttpURLConnection");
        try (HttpRecorder server = HttpRecorder.tls(identity)) {
            HttpConfig config = headers(HttpConfig.of(server.origin(), "/wire?a=b", HttpProtocol.H1));
            run(program(Jdks.running(), client, config));
            List<String> before = lines(server);
            run(program(Jdks.running(), client, config.apiKey("an-ordinary-kez")));
            List<String> both = lines(server);
            assertThat(both.subList(before.size(), both.size()))
                    .hasSameSizeAs(before)
                    .isNotEqualTo(before);
        }
    }

    /** Every byte, request by request: which connection carries one depends on when the one before was given back. */
    private static List<String> lines(HttpRecorder server) {
        StringBuilder all = new StringBuilder();
        for (byte[] connection : server.received()) {
            all.append(new String(connection, StandardCharsets.ISO_8859_1));
        }
        return List.of(all.toString().split("(?=GET /wire)"));
    }

    private static HttpConfig headers(HttpConfig config) {
        return config.bearer("an-ordinary-token").apiKey("an-ordinary-key").header("Cookie", "session=0; theme=dark");
    }

    private static Program program(Jdk jdk, HttpClients.Client client, HttpConfig config) {
        return client.on(jdk).flags(authority.trusted()).config(config.values());
    }

    private static List<String> run(Program program) {
        try (App app = program.start()) {
            List<String> answers = new ArrayList<>();
            for (int i = 0; i < REQUESTS; i++) {
                answers.add(app.ask("get"));
            }
            app.exit();
            return answers;
        }
    }
}
