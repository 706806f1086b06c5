package io.lethe.benchmarks;

import io.lethe.harness.Authority;
import io.lethe.harness.HttpClients;
import io.lethe.harness.HttpConfig;
import io.lethe.harness.HttpProtocol;
import io.lethe.harness.Jdk;
import io.lethe.harness.Nginx;
import io.lethe.harness.Program;
import io.lethe.harness.Secrets;
import io.lethe.harness.VaultSetup;
import java.nio.file.Path;

/**
 * What the measurements of HTTP share: one nginx, one token, one vault, and the HTTP programs, with the token in their
 * configuration or with a reference. Not thread-safe.
 */
final class HttpBench implements AutoCloseable {

    private static final String SECRET = "payments";
    private static final int LENGTH = 40;

    /** More than {@code HttpURLConnection} keeps alive by itself, so that no turn measures handshakes. */
    private static final String KEPT = "-Dhttp.maxConnections=64";

    private final byte[] token = Secrets.random(LENGTH);
    private final Authority authority = Authority.create();
    private final Nginx nginx = Nginx.start(authority.server("nginx"), token);
    private final VaultSetup vault = VaultSetup.create().put(SECRET, token.clone());
    private int trails;

    HttpBench() {
        for (HttpProtocol protocol : HttpProtocol.values()) {
            String authorities = authority.certificate().toString();
            vault.grantWith(SECRET, nginx.origin(protocol.port()), "--header", "Authorization", "--ca", authorities);
        }
    }

    /** With the token in its configuration, without an agent. */
    Program none(Jdk jdk, HttpClients.Client client, HttpProtocol protocol) {
        return program(jdk, client, protocol, Secrets.text(token));
    }

    /** The same under Lethe, which finds nothing to do. */
    Program idle(Jdk jdk, HttpClients.Client client, HttpProtocol protocol) {
        return none(jdk, client, protocol).underLethe(vault.config("audit.dir: " + trail()));
    }

    /** With a reference, under Lethe, which writes its audit trail to this directory. */
    Program lethe(Jdk jdk, HttpClients.Client client, HttpProtocol protocol, Path trail) {
        return program(jdk, client, protocol, "lethe:" + SECRET).underLethe(vault.config("audit.dir: " + trail));
    }

    private Program program(Jdk jdk, HttpClients.Client client, HttpProtocol protocol, String credential) {
        return client.on(jdk)
                .flags(authority.trusted())
                .flags(KEPT)
                .config(HttpConfig.of(nginx, protocol).bearer(credential).values());
    }

    /** The name of a new directory for an audit trail; it goes away with the vault. */
    Path trail() {
        return vault.vault().resolveSibling("audit-" + trails++);
    }

    @Override
    public void close() {
        nginx.close();
    }
}
