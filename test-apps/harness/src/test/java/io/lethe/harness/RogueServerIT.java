package io.lethe.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A server that the grant allows and that turned bad gets no password, no proof of one and no reference. */
final class RogueServerIT {

    private static final byte[] SECRET = Secrets.random(32);

    private static VaultSetup vault;

    @BeforeAll
    static void makeVault() {
        vault = VaultSetup.create().put("orders-db", SECRET);
        vault.grant("orders-db", "postgresql://127.0.0.1:*/orders", "orders");
    }

    /** A demand by name. */
    private record Demand(String name, boolean scram, Supplier<RoguePostgres> server) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Arguments> demandsOfEveryDriver() {
        Demand[] demands = {
            new Demand("cleartext", false, RoguePostgres::asksCleartext),
            new Demand("md5", false, RoguePostgres::asksMd5),
            new Demand("scram 1 round", true, () -> RoguePostgres.asksScram(1, "SCRAM-SHA-256")),
            new Demand("scram 4095 rounds", true, () -> RoguePostgres.asksScram(4095, "SCRAM-SHA-256")),
            new Demand("scram 2000000 rounds", true, () -> RoguePostgres.asksScram(2_000_000, "SCRAM-SHA-256")),
            new Demand("no mechanism we know", true, () -> RoguePostgres.asksScram(4096, "PLAIN")),
            new Demand("hangs up", false, RoguePostgres::hangsUp),
        };
        return Drivers.POSTGRESQL.stream()
                .flatMap(driver -> Stream.of(demands)
                        .filter(demand -> !demand.scram() || Drivers.speaksScram(driver))
                        .map(demand -> Arguments.of(driver, demand)));
    }

    @ParameterizedTest(name = "pgjdbc {0}: {1}")
    @MethodSource("demandsOfEveryDriver")
    void whateverItAsksFor_itGetsNoProof(String driver, Demand demand) {
        try (RoguePostgres rogue = demand.server().get();
                App app = Program.of("PlainJdbc")
                        .with(Drivers.postgresql(driver))
                        .underLethe(vault.config())
                        .config(Configs.plain(rogue.url(), "orders", "lethe:orders-db"))
                        .start()) {
            assertThat(app.ask("connect")).startsWith("error ").doesNotContain(Secrets.text(SECRET));
            assertThat(rogue.connections()).as("it was asked at all").isPositive();
            assertThat(rogue.sawProof()).as(rogue.received()).isFalse();
            assertThat(rogue.received()).doesNotContain("lethe:", Secrets.text(SECRET));
            Left.nothing(vault, app.pid(), Jdks.running(), MemoryScan.scan(app.pid(), Wanted.secret("secret", SECRET)));
        }
    }
}
