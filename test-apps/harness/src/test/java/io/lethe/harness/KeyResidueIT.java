package io.lethe.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What an application's JVM reads on nights and at its trail: the identity that opens a bundle, and the keys that sign the
 * manifest. A debugger stops it where each is in use, where a scan finds them; afterwards there is nothing left of them.
 */
final class KeyResidueIT {

    private static final Results RESULTS = new Results("key-residue");
    private static final byte[] SECRET = Secrets.random(32);
    private static final int SEED_DIGITS = 64;
    private static final int SEED = 32;

    private static Postgres postgres;

    @BeforeAll
    static void start() {
        postgres = Postgres.start();
        postgres.createRole("orders", SECRET, Postgres.Auth.SCRAM);
    }

    @AfterAll
    static void stop() {
        postgres.close();
    }

    /** What differs between them here is the JVM, which the connects of PostgresResidueIT try on all. */
    static Stream<Jdk> jdks() {
        List<Jdk> all = Jdks.all();
        return Matrix.full()
                ? all.stream()
                : Stream.of(all.get(0), all.get(all.size() - 1)).distinct();
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void bundleAndSignature_leaveNothing(Jdk jdk) throws Exception {
        Night night = new Night();
        try (Debugged debugged = Debugged.listen();
                App app = Program.of("PlainJdbc")
                        .on(jdk)
                        .with(Drivers.postgresql("42.7.14"))
                        .roomy()
                        .flags(debugged.flag())
                        .underLethe(night.config)
                        .config(Configs.plain(postgres.url(), "orders", "lethe:orders-db"))
                        .start()) {
            // The one place where the identity stands in an array.
            debugged.stopAt("io.lethe.secret.crypto.X25519", "agree");
            Files.delete(night.link);
            CompletableFuture<String> login = CompletableFuture.supplyAsync(() -> app.ask("connect"));
            // Not where it rehearses, with a key that everybody knows.
            debugged.awaitStopOf("lethe-broker", "io.lethe.broker.vault.VaultOpener");
            Residue opening = scan(app, jdk, "bundle is being opened", night.wanted());
            assertThat(found(opening, "identity key"))
                    .as("positive control: %s", opening)
                    .isPositive();
            debugged.stopAt("io.lethe.secret.crypto.EdwardsScalar", "multiplyAdd");
            debugged.awaitStopOf("lethe-audit", "io.lethe.secret.crypto.Ed25519");
            assertThat(login.get(1, TimeUnit.MINUTES)).as(app.err()).isEqualTo("ok 1");
            assertThat(app.err()).contains("lethe: BREAK-GLASS for lethe:orders-db", "a bundle is");

            List<byte[]> seeds = night.seeds();
            assertThat(seeds).as("the key that signs, and the next").hasSize(2);
            Wanted wanted = withSeeds(night.wanted(), seeds);
            Residue signing = scan(app, jdk, "manifest is being signed", wanted);
            for (String name : List.of("seed 0", "seed 1", "scalar", "prefix")) {
                assertThat(found(signing, name))
                        .as("positive control, %s: %s", name, signing)
                        .isPositive();
            }
            assertThat(found(signing, "secret") + found(signing, "identity"))
                    .as("%s", signing)
                    .isZero();
            // Not disconnected: with that, JDK 8 and 11 close their standard input.
            debugged.goOn();
            // It is told there when the key is gone.
            for (long until = System.nanoTime() + TimeUnit.MINUTES.toNanos(2); Files.size(night.heads) == 0; ) {
                assertThat(System.nanoTime() - until).as(app.err()).isNegative();
                app.mustDo("query");
            }
            Residue after = scan(app, jdk, "after both", wanted);
            for (String name : List.of("seed", "text of seed", "scalar", "prefix")) {
                // No window that the trail speaks of excuses these.
                assertThat(found(after, name)).as("%s: %s", name, after).isZero();
            }
            Left.nothing(night.vault, app.pid(), jdk, after);
            assertThat(night.seeds())
                    .as("the key that signed is overwritten on disk")
                    .hasSize(1);
        }
    }

    private static Residue scan(App app, Jdk jdk, String when, Wanted wanted) {
        Residue residue = MemoryScan.scan(app.pid(), wanted);
        RESULTS.row("jdk", jdk.major(), "when", when, "found", residue.total(), "where", residue.counts());
        return residue;
    }

    private static int found(Residue residue, String name) {
        return residue.counts().entrySet().stream()
                .filter(count -> count.getKey().startsWith(name))
                .mapToInt(Map.Entry::getValue)
                .sum();
    }

    /** As text, as bytes, and what they are expanded to (RFC 8032), which signs as well. */
    private static Wanted withSeeds(Wanted wanted, List<byte[]> seeds) throws NoSuchAlgorithmException {
        for (int i = 0; i < seeds.size(); i++) {
            byte[] seed = seeds.get(i);
            byte[] expanded = MessageDigest.getInstance("SHA-512").digest(seed);
            expanded[0] &= (byte) 248;
            expanded[SEED - 1] = (byte) (expanded[SEED - 1] & 127 | 64);
            wanted.andDerived("seed " + i, seed)
                    .and("text of seed " + i, HexFormat.of().formatHex(seed).getBytes(StandardCharsets.US_ASCII))
                    .andDerived("scalar " + i, Arrays.copyOf(expanded, SEED))
                    .andDerived("prefix " + i, Arrays.copyOfRange(expanded, SEED, 2 * SEED));
        }
        return wanted;
    }

    /** A vault that is gone as soon as its link is, an override with a bundle, and a manifest that a command has signed. */
    private static final class Night {

        final Path dir = TemporaryFiles.directory("lethe-keys-");
        final VaultSetup vault = VaultSetup.create(dir).put("orders-db", SECRET);
        final Path link = Files.createSymbolicLink(dir.resolve("link"), vault.vault());
        final Path heads = Files.createFile(dir.resolve("heads"));
        final Path config = dir.resolve("lethe.yaml");
        private final Path identity = dir.resolve("identity");

        Night() throws IOException {
            vault.grant("orders-db", postgres.target(), "orders");
            Files.move(vault.vault().resolve("workloads/default.key"), identity);
            String index = Files.readString(vault.vault().resolve("index"));
            Files.writeString(
                    config,
                    "broker: vault:" + link + "\nvault-key: "
                            + index.replaceAll("(?s).*\"key\":\\s*\"([^\"]+)\".*", "$1")
                            + "\nidentity: " + identity + "\naudit.dir: " + vault.audit() + "\naudit.heads: " + heads
                            + "\n");
            vault.lethe(
                    new byte[0],
                    "break-glass",
                    "--secret",
                    "orders-db",
                    "--target",
                    postgres.target(),
                    "--for",
                    "1h",
                    "--reason",
                    "INC-4711",
                    "--bundle",
                    dir.resolve("break-glass").toString(),
                    "--vault",
                    vault.vault().toString());
        }

        Wanted wanted() {
            Wanted wanted = Wanted.secret("secret", SECRET);
            postgres.equivalents("orders").addTo(wanted, "", SECRET);
            return vault.addIdentitiesTo(wanted);
        }

        /** Those that the manifest's key file holds now. */
        List<byte[]> seeds() throws IOException {
            List<byte[]> seeds = new ArrayList<>();
            try (Stream<Path> files = Files.list(vault.audit())) {
                Path file = files.filter(each -> each.toString().endsWith(".key"))
                        .findFirst()
                        .orElseThrow();
                for (String line : Files.readAllLines(file)) {
                    String seed = line.substring(0, SEED_DIGITS);
                    if (!seed.matches("0+")) {
                        seeds.add(HexFormat.of().parseHex(seed));
                    }
                }
            }
            return seeds;
        }
    }
}
