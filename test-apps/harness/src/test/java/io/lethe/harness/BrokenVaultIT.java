package io.lethe.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whatever is broken below a running application: one clear line, no connection to the server, no secret, and no way around. */
final class BrokenVaultIT {

    private static final byte[] SECRET = Secrets.random(32);
    private static final byte[] OTHER = Secrets.random(32);

    private static Postgres postgres;

    private static VaultSetup vault;
    private static Path whole;

    @BeforeAll
    static void start() {
        postgres = Postgres.start();
        postgres.createRole("orders", SECRET, Postgres.Auth.SCRAM);
        vault = VaultSetup.create().put("orders-db", SECRET).put("other-db", OTHER);
        vault.grant("orders-db", postgres.target(), "orders");
        whole = TemporaryFiles.directory("lethe-whole-").resolve("vault");
        copy(vault.vault(), whole);
    }

    @AfterAll
    static void stop() {
        postgres.close();
    }

    @BeforeEach
    void mendTheVault() {
        Commands.run("rm", "-r", vault.vault().toString()).orFail();
        copy(whole, vault.vault());
    }

    /** With permissions, which the vault cares for. */
    private static void copy(Path from, Path to) {
        Commands.run("cp", "-a", from.toString(), to.toString()).orFail();
    }

    @Test
    void nothingBroken_connects() {
        assertThat(run(vault.config()).out()).isEqualTo("connected\n");
    }

    @Test
    void missingIndex() throws IOException {
        Files.delete(index());
        refuses();
    }

    @Test
    void directoryInTheIndexesPlace() throws IOException {
        Files.delete(index());
        Files.createDirectory(index());
        refuses();
    }

    @Test
    void emptyIndex() throws IOException {
        Files.write(index(), new byte[0]);
        refuses();
    }

    @Test
    void truncatedIndex() throws IOException {
        byte[] whole = Files.readAllBytes(index());
        Files.write(index(), Arrays.copyOf(whole, whole.length / 2));
        refuses();
    }

    @Test
    void garbageAsIndex() throws IOException {
        Files.write(index(), Secrets.random(4096));
        refuses();
    }

    @Test
    void indexChangedAfterItWasSigned() throws IOException {
        String signed = Files.readString(index());
        String changed = signed.replace("127.0.0.1", "127.0.0.2");
        assertThat(changed).isNotEqualTo(signed);
        Files.writeString(index(), changed);
        refuses();
    }

    @Test
    void indexOfAnotherVault_whereTheKeyIsPinned() throws IOException {
        VaultSetup foreign = VaultSetup.create().put("orders-db", SECRET);
        foreign.grant("orders-db", postgres.target(), "orders");
        String key = vaultKey();
        assertThat(run(vault.config("vault-key: '" + key + "'")).out()).isEqualTo("connected\n");
        Files.copy(
                foreign.vault().resolve(vault.vault().relativize(index())),
                index(),
                StandardCopyOption.REPLACE_EXISTING);
        refuses(vault.config("vault-key: '" + key + "'"));
    }

    @Test
    void swappedSecretFiles() throws IOException {
        List<Path> files = secretFiles();
        assertThat(files).hasSize(2);
        byte[] first = Files.readAllBytes(files.get(0));
        Files.write(files.get(0), Files.readAllBytes(files.get(1)));
        Files.write(files.get(1), first);
        refuses();
    }

    @Test
    void truncatedSecretFiles() throws IOException {
        for (Path file : secretFiles()) {
            byte[] whole = Files.readAllBytes(file);
            Files.write(file, Arrays.copyOf(whole, whole.length - 1));
        }
        refuses();
    }

    @Test
    void missingSecretFiles() throws IOException {
        for (Path file : secretFiles()) {
            Files.delete(file);
        }
        refuses();
    }

    @Test
    void missingIdentity() throws IOException {
        Files.delete(vault.vault().resolve("workloads/default.key"));
        refuses();
    }

    @Test
    void identityThatEverybodyMayRead() throws IOException {
        Commands.run(
                        "chmod",
                        "0644",
                        vault.vault().resolve("workloads/default.key").toString())
                .orFail();
        refuses();
    }

    @Test
    void fileInTheAuditFoldersPlace() throws IOException {
        Path file = Files.createFile(TemporaryFiles.directory("lethe-audit-").resolve("audit"));
        Commands.Output output = refuses(vault.config("audit.dir: " + file));
        assertThat(output.out()).contains(file.toString());
    }

    /** A kernel file system that lets nobody write, root included; and so like a read-only mount. */
    @Test
    void auditFolderInWhichNobodyMayWrite() {
        refuses(vault.config("audit.dir: /proc/self/task"));
    }

    @Test
    void auditFolderThatBreaksUnderARunningApplication() throws IOException {
        Path audit = TemporaryFiles.directory("lethe-audit-").resolve("audit");
        Files.createDirectory(audit);
        try (App app = Program.of("PlainJdbc")
                .with(Drivers.postgresql("42.7.14"))
                .underLethe(vault.config("audit.dir: " + audit))
                .config(Configs.plain(postgres.url(), "orders", "lethe:orders-db"))
                .start()) {
            assertThat(app.ask("connect")).isEqualTo("ok 1");
            Files.move(audit, audit.resolveSibling("moved"));
            Files.createFile(audit);
            long before = postgres.log().connectionsReceived();
            assertThat(app.ask("connect")).startsWith("error 28000 ").contains("lethe:orders-db");
            assertThat(postgres.log().connectionsReceived()).isEqualTo(before);
            Files.delete(audit);
            Files.createDirectory(audit);
            assertThat(app.ask("connect")).as("once it is mended").isEqualTo("ok 1");
        }
    }

    private static Commands.Output refuses() {
        return refuses(vault.config());
    }

    private static Commands.Output refuses(Path config) {
        long before = postgres.log().connectionsReceived();
        Commands.Output output = run(config).orFail();
        assertThat(output.out())
                .matches("(28000 java.sql.SQLInvalidAuthorizationSpecException"
                        + "|08001 java.sql.SQLTransientConnectionException) lethe: .*\n")
                .contains("orders-db")
                .doesNotContain("\\n");
        assertThat(output.err().lines()).allMatch(line -> line.startsWith("lethe: "));
        assertThat(output.out() + output.err())
                .doesNotContain(Secrets.text(SECRET), Secrets.text(OTHER), "AGE-SECRET-KEY", "\tat ");
        assertThat(postgres.log().connectionsReceived()).isEqualTo(before);
        return output;
    }

    private static Commands.Output run(Path config) {
        Program program =
                Program.of("EnvironmentApp").with(Drivers.postgresql("42.7.14")).underLethe(config);
        Map.of("DB_URL", postgres.url(), "DB_USER", "orders", "DB_PASSWORD", "lethe:orders-db")
                .forEach(program::env);
        return program.run();
    }

    private static Path index() {
        return vault.vault().resolve("index");
    }

    private static List<Path> secretFiles() throws IOException {
        List<Path> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(vault.vault())) {
            files.filter(file -> file.toString().endsWith(".age")).sorted().forEach(found::add);
        }
        assertThat(found).isNotEmpty();
        return found;
    }

    private static String vaultKey() {
        String listed = vault.lethe(
                        new byte[0],
                        "vault",
                        "list",
                        "--json",
                        "--vault",
                        vault.vault().toString())
                .out();
        return listed.replaceAll("(?s).*\"key\":\\s*\"([^\"]+)\".*", "$1");
    }
}
