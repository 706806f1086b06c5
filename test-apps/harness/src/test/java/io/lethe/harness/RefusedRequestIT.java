package io.lethe.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A request that no grant allows fails with what the reason is, and alone: over HTTP/2 its connection goes on, and so do the other
 * requests on it.
 */
@NeedsServers
final class RefusedRequestIT {

    private static final String ESTABLISHED = "01";
    private static final List<String> CLIENTS =
            List.of("OkHttp", "Netty", "Reactor Netty", "AsyncHttpClient", "Vert.x", "gRPC netty", "gRPC okhttp");

    /** Its program opens another connection after an error. */
    private static final String BARE = "Netty";

    private static final byte[] SECRET = Secrets.random(32);

    private static Authority authority;
    private static Nginx nginx;
    private static VaultSetup vault;

    @BeforeAll
    static void start() {
        authority = Authority.create();
        nginx = Nginx.start(authority.server("nginx"), SECRET);
        vault = VaultSetup.create().put("right", SECRET);
        for (HttpProtocol protocol : HttpProtocol.values()) {
            vault.grantWith(
                    "right",
                    nginx.origin(protocol.port()) + "/check",
                    "--header",
                    "Authorization",
                    "--ca",
                    authority.certificate().toString());
        }
    }

    @AfterAll
    static void stop() {
        nginx.close();
    }

    static Stream<Arguments> clients() {
        return CLIENTS.stream()
                .map(HttpClients::newest)
                .filter(client -> client.runsOn(Jdks.running()))
                .flatMap(client -> client.protocols().stream().map(protocol -> Arguments.of(client, protocol)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("clients")
    void refusedRequest_saysWhy_andLeavesItsConnectionAlone(HttpClients.Client client, HttpProtocol protocol) {
        HttpConfig config = HttpConfig.of(nginx, protocol).bearer("lethe:right");
        Program program = client.on(Jdks.running())
                .flags(authority.trusted())
                .config(config.values())
                .underLethe(vault.config());
        try (App app = program.start()) {
            assertThat(app.ask("get")).startsWith("ok 200 ").contains("authorization=TRUE");
            Set<String> connected = connected(protocol);
            assertThat(app.ask("get 1 basic")).startsWith("error ").contains("lethe:right", "/basic");
            assertThat(app.ask("get 5")).startsWith("ok 200 ").contains("authorization=TRUE");
            if (protocol == HttpProtocol.H2 && !client.name().equals(BARE)) {
                assertThat(connected(protocol)).hasSize(1).isEqualTo(connected);
            }
        }
    }

    /** The other ends of the connections to nginx that are open, by their ports. */
    private static Set<String> connected(HttpProtocol protocol) {
        String origin = nginx.origin(protocol.port());
        int port = Integer.parseInt(origin.substring(origin.lastIndexOf(':') + 1));
        String nginxPort = String.format(":%04X", port);
        Set<String> found = new TreeSet<>();
        for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            for (String line : lines(Path.of(table))) {
                String[] words = line.trim().split("\\s+");
                if (words[2].endsWith(nginxPort) && words[3].equals(ESTABLISHED)) {
                    found.add(words[1]);
                }
            }
        }
        return found;
    }

    private static List<String> lines(Path table) {
        try {
            return Files.exists(table) ? Files.readAllLines(table) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
