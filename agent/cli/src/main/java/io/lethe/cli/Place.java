package io.lethe.cli;

import io.lethe.broker.Workload;
import io.lethe.broker.audit.Audit;
import io.lethe.broker.audit.Heads;
import io.lethe.broker.openbao.Credential;
import io.lethe.broker.openbao.GrantsFile;
import io.lethe.broker.openbao.OpenBaoSettings;
import io.lethe.broker.vault.Custody;
import io.lethe.broker.vault.Vault;
import io.lethe.broker.vault.VaultCheck;
import io.lethe.premain.AgentLoader;
import io.lethe.runtime.Config;
import io.lethe.runtime.ConfigException;
import io.lethe.runtime.ConfigPlaces;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Options that say which vault a command works on: {@code --vault}, else the one that the config names. The config is read
 * only where it is needed, so that a broken one does not keep anybody from {@code --vault}.
 *
 * <p>Filled by the command line's parser; used by one thread.
 */
final class Place {

    @Option(names = "--vault", paramLabel = "DIR", description = "The vault; else the one that the config names.")
    private @Nullable Path vault;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The config; else $LETHE_CONFIG, ~/.config/lethe/lethe.yaml, /etc/lethe/lethe.yaml.")
    private @Nullable String config;

    @Option(
            names = "--admin-key",
            paramLabel = "FILE",
            description = "The admin key, where it does not lie in the vault.")
    private @Nullable Path adminKey;

    /** As if this config had been given. */
    static Place of(Path config) {
        Place place = new Place();
        place.config = config.toString();
        return place;
    }

    Vault vault() throws CliException {
        return Vault.at(vaultFolder(), adminKey, readsConfig() ? config().minVersion() : 0);
    }

    VaultCheck check() throws CliException {
        return new VaultCheck(vaultFolder(), adminKey, pinnedKey());
    }

    /** Whether the config names a server of OpenBao in place of a vault. */
    boolean isOpenBao() throws CliException {
        return vault == null && config().isOpenBao();
    }

    OpenBaoSettings openBao() throws CliException {
        try {
            return config().openBao();
        } catch (ConfigException e) {
            throw CliException.failed(String.valueOf(e.getMessage()));
        }
    }

    Credential credential() throws CliException {
        try {
            return config().credential();
        } catch (ConfigException e) {
            throw CliException.failed(String.valueOf(e.getMessage()));
        }
    }

    /** The grants beside such a server. */
    GrantsFile grantsFile() throws CliException {
        return new GrantsFile(config().grantsFile().toPath(), Custody.none());
    }

    Path vaultFolder() throws CliException {
        if (vault != null) {
            return vault.toAbsolutePath().normalize();
        }
        if (isOpenBao()) {
            throw CliException.failed(config().file()
                    + " names a server of OpenBao and no vault: put secrets there with its own tools, or say --vault");
        }
        File named = config().vault();
        if (named == null) {
            throw CliException.failed(
                    config().file() + " names no vault; add broker: vault:<directory> or say --vault");
        }
        return named.toPath();
    }

    /** The verifying key that is pinned; null where none is, or where {@code --vault} stands without a config. */
    @Nullable
    String pinnedKey() throws CliException {
        return readsConfig() ? config().vaultKey() : null;
    }

    /** The workload that the config names. */
    String workload() throws CliException {
        return readsConfig() ? config().workload() : Vault.DEFAULT_WORKLOAD;
    }

    File auditFolder() throws CliException {
        if (!readsConfig()) {
            return vaultFolder().resolve("audit").toFile();
        }
        File named = config().auditDir();
        return named != null ? named : vaultFolder().resolve("audit").toFile();
    }

    /** In whose hands all that is that an application would rest on, if this user ran it. */
    Custody custody(@Nullable String uid) throws CliException {
        File jar = agentJar();
        if (readsConfig()) {
            return config().custody(uid, jar);
        }
        Custody custody =
                Custody.of(uid, false).vault(vaultFolder()).trail(auditFolder().toPath());
        return jar == null ? custody : custody.jar(jar.toPath());
    }

    /** What weakens what a command of this user writes down, as it does an application's decisions. */
    List<Object> marks(@Nullable String uid) throws CliException {
        List<Object> marks = new ArrayList<>();
        if (!custody(uid).found().isEmpty()) {
            marks.add(Custody.SELF_ADMINISTERED);
        }
        if (pinnedKey() == null) {
            marks.add(Vault.UNPINNED);
        }
        return marks;
    }

    /** The jar that this command came from; null where it does not run from one. */
    private static @Nullable File agentJar() {
        ClassLoader loader = Place.class.getClassLoader();
        return loader instanceof AgentLoader ? ((AgentLoader) loader).jar() : null;
    }

    /** After how many days chains are deleted; 0 for never, negative where no config says. */
    int auditKeepDays() throws CliException {
        return readsConfig() ? config().auditKeepDays() : -1;
    }

    /** The trail that the application's config names, else the vault's own; each record of it is synced. */
    Audit audit(Workload who) throws CliException {
        String server = readsConfig() ? config().auditSocket() : null;
        if (server != null) {
            return Audit.toServer(server, who.describe(), true);
        }
        Heads heads = readsConfig() ? Heads.to(config().auditHeads()) : Heads.nowhere();
        return new Audit(auditFolder(), who.describe(), true, heads, Math.max(0, auditKeepDays()));
    }

    /** Whether {@code --config} stands there. */
    boolean namesConfig() {
        return config != null;
    }

    /** Whether anything comes from a config. */
    boolean readsConfig() {
        return vault == null || config != null;
    }

    /** The identity file that an application with this config would use; systemd's credential apart. */
    Path identity() throws CliException {
        File named = readsConfig() ? config().identity() : null;
        return named != null ? named.toPath() : vault().identityFile(workload());
    }

    boolean groupReadsIdentity() throws CliException {
        return readsConfig() && config().identityGroupOk();
    }

    Config config() throws CliException {
        File file = ConfigPlaces.locate(config);
        if (file == null) {
            throw CliException.failed("no config was found and no vault named: say --vault DIR or --config FILE");
        }
        try {
            return Config.read(file);
        } catch (ConfigException e) {
            throw CliException.failed(String.valueOf(e.getMessage()));
        }
    }
}
