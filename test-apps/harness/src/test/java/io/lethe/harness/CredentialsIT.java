package io.lethe.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * An identity as it is handed over to an application of a user of its own: by its owner, by a list of access rights, which is
 * how systemd does it, and in a volume of Kubernetes, whose links move while the application reads.
 */
final class CredentialsIT {

    private static final byte[] SECRET = Secrets.random(32);
    private static final int CONNECTS = 50;
    private static final boolean ACL = Tools.required(
            Tools.exist("setfacl"),
            "LETHE_REQUIRE_USERS",
            "an identity with a list of access rights: there is no setfacl (Debian's acl)");

    private static Postgres postgres;
    private static Path dir;
    private static VaultSetup vault;
    private static byte[] identity;
    private static Path application;

    @BeforeAll
    static void start() throws IOException {
        assumeTrue(Users.exist(), "only root can hand over files");
        postgres = Postgres.start();
        postgres.createRole("orders", SECRET, Postgres.Auth.SCRAM);
        dir = TemporaryFiles.directory("lethe-handed-over-");
        vault = VaultSetup.create(dir).put("orders-db", SECRET);
        vault.grant("orders-db", postgres.target(), "orders");
        Path key = vault.vault().resolve("workloads/default.key");
        identity = Files.readAllBytes(key);
        Files.delete(key);
        Commands.run("chmod", "-R", "go=rX", vault.vault().toString()).orFail();
        Commands.run("chmod", "0600", vault.vault().resolve("admin.key").toString())
                .orFail();
        Commands.run("chmod", "0755", dir.toString()).orFail();
        Path audit = Files.createDirectory(dir.resolve("audit"));
        Commands.run("chgrp", String.valueOf(Users.FIRST), audit.toString()).orFail();
        Commands.run("chmod", "1770", audit.toString()).orFail();
        StringBuilder properties = new StringBuilder();
        Configs.plain(postgres.url(), "orders", "lethe:orders-db")
                .forEach((name, value) ->
                        properties.append(name).append('=').append(value).append('\n'));
        application = RedTeam.open(Files.writeString(dir.resolve("app.properties"), properties));
    }

    @AfterAll
    static void stop() {
        if (postgres != null) {
            postgres.close();
        }
    }

    @Test
    void fileOfAnIdentity_isItsOwnersAlone() throws IOException {
        Path file = dir.resolve("identity");
        try (App app = start(Map.of(), "identity: " + file)) {
            owned(file, "r--------");
            connects(app);
            owned(file, "r--r-----");
            refused(app, file + " is open to its group");
            owned(file, "r--r--r--");
            refused(app, file + " is open to other users");
            if (ACL) {
                listed(file);
                refused(app, file + " is open to its group");
            }
        }
    }

    @Test
    void fileAmongTheCredentials_mayBeReadByTheListThatSystemdGivesIt() throws IOException {
        Path credentials = Files.createDirectory(dir.resolve("credentials"));
        Path file = credentials.resolve("lethe-identity");
        owned(file, "r--------");
        // systemd's folder is root's, and the service may look into it.
        mode(credentials, "r-x------");
        Commands.run(
                        ACL
                                ? new String[] {"setfacl", "-m", "u:" + Users.FIRST + ":rx", credentials.toString()}
                                : new String[] {"chown", String.valueOf(Users.FIRST), credentials.toString()})
                .orFail();
        try (App app = start(Map.of("CREDENTIALS_DIRECTORY", credentials.toString()))) {
            connects(app);
            owned(file, "r--r-----");
            connects(app);
            owned(file, "r--r--r--");
            refused(app, file + " is open to other users");
            if (ACL) {
                listed(file);
                connects(app);
            }
        }
    }

    @Test
    void volumeOfKubernetes_isReadWhileItsLinksMove() throws Exception {
        Path volume = Files.createDirectory(dir.resolve("volume"));
        Path file = Files.createSymbolicLink(volume.resolve("lethe-identity"), Path.of("..data", "lethe-identity"));
        swap(volume, 0);
        try (App without = start(Map.of(), "identity: " + file);
                App app = start(Map.of(), "identity: " + file, "identity.group-ok: true")) {
            refused(without, file + " is open to its group");
            connects(app);
            CompletableFuture<String> many = CompletableFuture.supplyAsync(() -> app.ask("connect " + CONNECTS));
            int swaps = 0;
            while (!many.isDone()) {
                swap(volume, ++swaps);
                // As many swaps as connects, each somewhere in one.
                long seen = postgres.log().connectionsReceived();
                while (!many.isDone() && postgres.log().connectionsReceived() == seen) {
                    LockSupport.parkNanos(1_000_000);
                }
            }
            assertThat(many.get(1, TimeUnit.MINUTES)).as("%s swaps", swaps).isEqualTo("ok " + CONNECTS);
            assertThat(swaps).isGreaterThan(CONNECTS / 10);
            mode(file.toRealPath(), "r--r--r--");
            refused(app, file + " is open to other users");
            mode(file.toRealPath(), "r--rw----");
            refused(app, file + " is open to its group");
        }
    }

    private static App start(Map<String, String> environment, String... lines) {
        StringBuilder yaml = new StringBuilder("audit.dir: " + dir.resolve("audit"));
        for (String line : lines) {
            yaml.append('\n').append(line);
        }
        Program program = Program.of("PlainJdbc")
                .with(Drivers.postgresql("42.7.14"))
                .underLethe(RedTeam.open(vault.config(yaml.toString())))
                .arguments(application.toString())
                .launchedBy(Users.as(Users.FIRST).toArray(new String[0]));
        environment.forEach(program::env);
        return program.start();
    }

    private static void connects(App app) {
        assertThat(app.ask("connect")).as(app.err()).isEqualTo("ok 1");
    }

    private static void refused(App app, String why) {
        long before = postgres.log().connectionsReceived();
        assertThat(app.ask("connect")).startsWith("error ").contains(why);
        assertThat(postgres.log().connectionsReceived()).isEqualTo(before);
    }

    /** The application's own, anew: a list of access rights is gone. */
    private static void owned(Path file, String mode) throws IOException {
        write(file);
        Files.setAttribute(file, "unix:uid", Users.FIRST);
        Files.setAttribute(file, "unix:gid", Users.FIRST);
        mode(file, mode);
    }

    /** Root's, with the application on its list, which shows as a right of the group. */
    private static void listed(Path file) throws IOException {
        write(file);
        mode(file, "r--------");
        Commands.run("setfacl", "-m", "u:" + Users.FIRST + ":r", file.toString())
                .orFail();
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("r--r-----"));
    }

    private static void write(Path file) throws IOException {
        Files.deleteIfExists(file);
        Files.write(file, identity);
    }

    private static void mode(Path path, String mode) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }

    /** As the kubelet does: a new folder, {@code ..data} moved to it, the old one deleted; root's, readable for fsGroup. */
    private static void swap(Path volume, int number) throws IOException {
        Path fresh = Files.createDirectory(volume.resolve("..v" + number));
        RedTeam.open(fresh);
        Path file = Files.write(fresh.resolve("lethe-identity"), identity);
        Files.setAttribute(file, "unix:gid", Users.FIRST);
        mode(file, "r--r-----");
        Path aside = Files.createSymbolicLink(volume.resolve("..data_tmp"), fresh.getFileName());
        Files.move(aside, volume.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
        if (number > 0) {
            Path old = volume.resolve("..v" + (number - 1));
            Files.delete(old.resolve("lethe-identity"));
            Files.delete(old);
        }
    }
}
