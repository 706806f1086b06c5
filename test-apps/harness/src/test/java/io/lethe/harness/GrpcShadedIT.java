package io.lethe.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * gRPC's copy of Netty, under another name, which brings a TLS of its own: with the JDK's it is served as Netty is, with its own
 * no reference leaves.
 */
@NeedsServers
final class GrpcShadedIT {

    private static final String JDK_TLS = "-Dio.grpc.netty.shaded.io.netty.handler.ssl.noOpenSsl=true";
    private static final byte[] SECRET = Secrets.random(32);

    private static Authority authority;
    private static Nginx nginx;
    private static VaultSetup vault;

    @BeforeAll
    static void start() {
        authority = Authority.create();
        nginx = Nginx.start(authority.server("nginx"), SECRET);
        vault = VaultSetup.create().put("right", SECRET);
        vault.grantWith(
                "right",
                nginx.origin(HttpProtocol.H2.port()),
                "--header",
                "Authorization",
                "--ca",
                authority.certificate().toString());
    }

    @AfterAll
    static void stop() {
        nginx.close();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.lethe.harness.Jdks#all")
    void withTheTlsOfTheJdk_leavesNothing(Jdk jdk) {
        try (App app = program(jdk, Secrets.text(SECRET)).flags(JDK_TLS).start()) {
            assertThat(app.mustDo("get")).contains("authorization=TRUE");
            assertThat(scan(app).total()).as("positive control").isPositive();
        }
        Program program = program(jdk, "lethe:right").flags(JDK_TLS).underLethe(vault.config());
        try (App app = program.start()) {
            assertThat(app.ask("get 50")).startsWith("ok 200 ").contains("authorization=TRUE");
            assertThat(app.ask("threads 16")).startsWith("ok 200 ").contains("authorization=TRUE");
            Residue residue = scan(app);
            Left.nothing(vault, app.pid(), jdk, residue);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.lethe.harness.Jdks#all")
    void withItsOwnTls_isRefused(Jdk jdk) {
        Program program = program(jdk, "lethe:right").underLethe(vault.config());
        try (App app = program.start()) {
            assertThat(app.ask("get")).startsWith("error ").contains("lethe:right", "not the JDK's own");
            Residue residue = scan(app);
            Left.nothing(vault, app.pid(), jdk, residue);
        }
    }

    private static Program program(Jdk jdk, String credential) {
        List<String> flags = new ArrayList<>(authority.trusted());
        return HttpClients.grpcShaded()
                .on(jdk)
                .roomy()
                .flags(flags)
                .config(HttpConfig.of(nginx, HttpProtocol.H2).bearer(credential).values());
    }

    private static Residue scan(App app) {
        return MemoryScan.scan(app.pid(), vault.addIdentitiesTo(Wanted.secret("secret", SECRET)));
    }
}
