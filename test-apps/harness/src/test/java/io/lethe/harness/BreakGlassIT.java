package io.lethe.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A night: a driver was upgraded to one of which only a part is recognised, a disk takes nothing more, a vault is gone. Each stops
 * an application; one override lets them all go on, aloud, and stops them again when it has expired.
 */
final class BreakGlassIT {

    private static final byte[] SECRET = Secrets.random(32);
    private static final String SECONDS = "45s";

    /** How the kernel says ENOSPC. */
    private static final String NO_ROOM = Namespaces.exist() ? "No space left on device" : "";

    private static Postgres postgres;
    private static Path dir;
    private static VaultSetup vault;
    private static Path link;

    @BeforeAll
    static void start() throws IOException {
        postgres = Postgres.start();
        postgres.createRole("orders", SECRET, Postgres.Auth.SCRAM);
        dir = TemporaryFiles.directory("lethe-night-");
        vault = VaultSetup.create(dir).put("orders-db", SECRET);
        vault.grant("orders-db", postgres.target(), "orders");
        link = Files.createSymbolicLink(dir.resolve("link"), vault.vault());
        Files.copy(vault.vault().resolve("workloads/default.key"), dir.resolve("identity"));
        Commands.run("chmod", "0400", dir.resolve("identity").toString()).orFail();
        Commands.run(
                        "mkdir",
                        "-p",
                        dir.resolve("gone/audit").toString(),
                        dir.resolve("audit").toString(),
                        dir.resolve("full").toString())
                .orFail();
    }

    @AfterAll
    static void stop() {
        postgres.close();
    }

    @Test
    void eachStopsAnApplication_untilTheGlassIsBroken_andAgainWhenThatHasExpired() throws Exception {
        Path upgraded = upgraded("core/v3/ConnectionFactoryImpl", "getParametersForStartup", "getParametersOfAStartup");
        Path other = upgraded("util/MD5Digest", "encode", "encade");
        try (App proof = app("vault", "audit").with(other).start();
                App driver = app("vault", "audit").with(upgraded).start();
                App disk = app("vault", "full")
                        .with(Drivers.postgresql("42.7.14"))
                        .launchedBy(fullDisk())
                        .start();
                App gone = app("vault", "gone/audit")
                        .with(Drivers.postgresql("42.7.14"))
                        .start();
                App broker =
                        app("link", "audit").with(Drivers.postgresql("42.7.14")).start()) {
            Files.delete(link);
            Files.delete(dir.resolve("gone/audit"));
            Files.delete(dir.resolve("gone"));
            long before = postgres.log().connectionsReceived();
            refused(driver, "is not wholly recognised (org.postgresql.core.v3.ConnectionFactoryImpl is PARTIAL: ");
            refused(proof, "is not wholly recognised (org.postgresql.util.MD5Digest is UNKNOWN: ");
            refused(disk, "the audit trail in " + dir.resolve("full") + " cannot be written (" + NO_ROOM);
            refused(gone, "the audit folder " + dir.resolve("gone/audit") + " does not exist");
            refused(broker, "there is no vault in " + link);
            assertThat(postgres.log().connectionsReceived()).isEqualTo(before);
            assertThat(driver.err() + disk.err() + gone.err() + broker.err()).doesNotContain("BREAK-GLASS");

            long until = breakGlass();
            for (App app : new App[] {driver, disk, gone, broker}) {
                assertThat(app.ask("connect")).as(app.err()).isEqualTo("ok 1");
                assertThat(app.err())
                        .contains("lethe: BREAK-GLASS for lethe:orders-db on " + postgres.target() + ": ", "INC-4711");
            }
            refused(proof, "is not wholly recognised (org.postgresql.util.MD5Digest is UNKNOWN: ");
            for (App app : new App[] {disk, gone}) {
                assertThat(app.err())
                        .contains("lethe: audit: {\"event\":\"break-glass\"")
                        .contains("lethe: audit: {\"event\":\"decision\",\"allowed\":true")
                        .contains("lethe: audit: {\"event\":\"release\"");
            }
            assertThat(trail())
                    .contains("\"instead\":\"this version of pgjdbc is not wholly recognised")
                    .contains("\"instead\":\"the vault cannot be read, and a bundle is\"")
                    .contains("\"marks\":[\"break-glass\"");

            while (System.currentTimeMillis() / 1000 < until) {
                Thread.sleep(200);
            }
            refused(driver, "is not wholly recognised");
            refused(disk, "cannot be written");
            refused(gone, "does not exist");
            refused(broker, "there is no vault in");
            assertThat(driver.err() + disk.err() + gone.err() + broker.err() + trail())
                    .doesNotContain(Secrets.text(SECRET), "AGE-SECRET-KEY");
        }
    }

    /** A disk that is full; where root may not mount one, a limit, by which a write fails with another message. */
    private static String[] fullDisk() {
        return NO_ROOM.isEmpty()
                ? new String[] {"prlimit", "--fsize=0"}
                : Namespaces.withFullDisk(dir.resolve("full").toString()).toArray(new String[0]);
    }

    private static void refused(App app, String why) {
        assertThat(app.ask("connect"))
                .startsWith("error ")
                .contains("lethe:orders-db")
                .contains(why);
    }

    private static Program app(String place, String audit) throws IOException {
        String yaml = "broker: vault:" + dir.resolve(place) + "\nvault-key: " + key() + "\nidentity: "
                + dir.resolve("identity") + "\naudit.dir: " + dir.resolve(audit) + "\n";
        Path config = Files.writeString(dir.resolve("lethe-" + place + "-" + audit.replace('/', '-') + ".yaml"), yaml);
        return Program.of("PlainJdbc")
                .flags("-XX:-UsePerfData")
                .underLethe(config)
                .config(Configs.plain(postgres.url(), "orders", "lethe:orders-db"));
    }

    /** As an operator would, with a bundle for the vault that is gone. @return when it ends, in seconds since 1970 */
    private static long breakGlass() {
        String made = vault.lethe(
                        new byte[0],
                        "break-glass",
                        "--secret",
                        "orders-db",
                        "--target",
                        postgres.target(),
                        "--for",
                        SECONDS,
                        "--reason",
                        "INC-4711",
                        "--bundle",
                        dir.resolve("break-glass").toString(),
                        "--vault",
                        vault.vault().toString(),
                        "--json")
                .out();
        return Long.parseLong(made.replaceAll("(?s).*\"until\":\\s*(\\d+).*", "$1"));
    }

    private static String key() {
        return vault.lethe(
                        new byte[0],
                        "vault",
                        "list",
                        "--json",
                        "--vault",
                        vault.vault().toString())
                .out()
                .replaceAll("(?s).*\"key\":\\s*\"([^\"]+)\".*", "$1");
    }

    private static String trail() throws IOException {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> chains = Files.list(dir.resolve("audit"))) {
            for (Path chain : chains.toList()) {
                all.append(Files.readString(chain));
            }
        }
        return all.toString();
    }

    /** The driver with a method of another name, as long, which one of the hooks looks for. */
    private static Path upgraded(String type, String method, String name) throws IOException {
        Path jar = dir.resolve(name + ".jar");
        try (ZipFile from = new ZipFile(Drivers.postgresql("42.7.14").toFile());
                OutputStream out = Files.newOutputStream(jar);
                ZipOutputStream to = new ZipOutputStream(out)) {
            for (ZipEntry entry : Collections.list(from.entries())) {
                try (InputStream in = from.getInputStream(entry)) {
                    byte[] bytes = in.readAllBytes();
                    to.putNextEntry(new ZipEntry(entry.getName()));
                    if (entry.getName().equals("org/postgresql/" + type + ".class")) {
                        String text = new String(bytes, StandardCharsets.ISO_8859_1);
                        assertThat(text).contains(method);
                        bytes = text.replace(method, name).getBytes(StandardCharsets.ISO_8859_1);
                    }
                    to.write(bytes);
                    to.closeEntry();
                }
            }
        }
        return jar;
    }
}
