package io.lethe.harness;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** An operator who wants no Lethe any more gets the value out of the vault, puts it where the reference stood, and is done. */
final class WayBackIT {

    /** Awkward for a shell, not for the vault: neither quotes, blanks nor a percent sign may be lost on the way. */
    private static final byte[] SECRET = (Secrets.text(Secrets.random(12)) + " 'p%s\"$word' ")
            .concat(Secrets.text(Secrets.random(4)))
            .getBytes(UTF_8);

    private static Postgres postgres;
    private static VaultSetup vault;

    @BeforeAll
    static void start() {
        postgres = Postgres.start();
        postgres.createRole("orders", SECRET, Postgres.Auth.SCRAM);
        vault = VaultSetup.create().put("orders-db", SECRET);
        vault.grant("orders-db", postgres.target(), "orders");
    }

    @AfterAll
    static void stop() {
        postgres.close();
    }

    @Test
    void revealedValueInTheConfig_connectsWithoutTheFlag() throws IOException {
        Map<String, String> config = Configs.plain(postgres.url(), "orders", "lethe:orders-db");
        try (App app = program().underLethe(vault.config()).config(config).start()) {
            assertThat(app.ask("connect")).isEqualTo("ok 1");
        }
        try (App app = program().config(config).start()) {
            assertThat(app.ask("connect")).as("the flag dropped too early").startsWith("error 28P01 ");
        }

        Path file = Program.propertiesFile(config);
        Files.writeString(file, Files.readString(file).replaceAll("(?m)^password=.*\\R", ""));
        String reveal = "java=$1; jar=$2; vault=$3; file=$4\n"
                + "value=$(\"$java\" -jar \"$jar\" vault get orders-db --reveal --reason back --vault \"$vault\") || exit\n"
                + "printf 'password=%s\\n' \"$value\" >>\"$file\"";
        Commands.run(
                        "sh",
                        "-euc",
                        reveal,
                        "way-back",
                        Jdks.running().java().toString(),
                        Program.agentJar().toString(),
                        vault.vault().toString(),
                        file.toString())
                .orFail();

        try (App app = program().arguments(file.toString()).start()) {
            assertThat(app.ask("connect")).isEqualTo("ok 1");
            assertThat(app.ask("query")).isEqualTo("ok orders orders");
        }
        assertThat(audit()).contains("\"event\":\"reveal\"").doesNotContain(Secrets.text(SECRET));
        assertThat(vault.lethe(new byte[0], "audit", "verify", vault.audit().toString())
                        .exit())
                .isZero();
    }

    private static Program program() {
        return Program.of("PlainJdbc").with(Drivers.postgresql("42.7.14"));
    }

    private static String audit() throws IOException {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.walk(vault.audit())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                all.append(Files.readString(file));
            }
        }
        return all.toString();
    }
}
