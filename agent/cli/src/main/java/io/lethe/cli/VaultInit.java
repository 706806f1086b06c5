package io.lethe.cli;

import io.lethe.broker.BrokerException;
import io.lethe.broker.vault.Vault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lethe vault init}: makes a vault, its admin key and the identity of the workload {@code default}. */
@Command(
        name = "init",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description = "Makes a vault in a directory that holds none, with an admin key and one workload, 'default'.")
final class VaultInit implements Callable<Integer> {

    private final Streams streams;

    @Parameters(paramLabel = "DIR", description = "Where the vault is made.")
    private @Nullable Path folder;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Name the vault and pin its verifying key in this config; all else in it is kept.")
    private @Nullable Path config;

    @Option(
            names = "--admin-key",
            paramLabel = "FILE",
            description = "Where the admin key goes, better out of the reach of every application.")
    private @Nullable Path adminKey;

    VaultInit(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() throws CliException, BrokerException {
        Path place = Objects.requireNonNull(folder).toAbsolutePath().normalize();
        ConfigFile file = config == null ? null : ConfigFile.read(config.toAbsolutePath());
        // One that was killed before it pinned what it made is given again.
        boolean made = file != null && !file.hasKey() && isOwn(place) && Vault.isNew(place, adminKey);
        Vault vault = made ? Vault.at(place, adminKey) : Vault.init(place, adminKey);
        String key = vault.verifyingKey();
        Path admin = adminKey == null ? place.resolve("admin.key") : adminKey.toAbsolutePath();
        Table table = new Table("vault", place.toString());
        table.row("admin key", admin + "  (keep a copy offline; no application may read it)");
        table.row(
                "identity",
                vault.identityFile(Vault.DEFAULT_WORKLOAD)
                        + "  (the application's user must be able to read it, others not)");
        table.row("vault key", key);
        streams.out.print(table);
        if (file == null) {
            streams.out.println("Pin the vault key in lethe.yaml, so that nobody can exchange the vault:");
            streams.out.println("broker: vault:" + place);
            streams.out.println("vault-key: " + key);
        } else {
            file.pin(place, key);
            streams.out.println("Pinned in " + config + ".");
        }
        return ExitCode.DONE;
    }

    /** Whether this user made what stands there: the key of a vault that somebody else laid ready must not be pinned. */
    private static boolean isOwn(Path folder) {
        try {
            UserPrincipal me = folder.getFileSystem()
                    .getUserPrincipalLookupService()
                    .lookupPrincipalByName(System.getProperty("user.name"));
            return me.equals(Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS));
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }
}
