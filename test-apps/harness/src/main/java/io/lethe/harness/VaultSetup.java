package io.lethe.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A vault made by the packaged command line, as an operator would make it, and the configuration that names it. Not
 * thread-safe. A command that fails fails the caller with what it said.
 */
public final class VaultSetup {

    private static final String IDENTITY = "AGE-SECRET-KEY-1";

    private final Path directory;
    private final Path vault;

    private VaultSetup(Path directory) {
        this.directory = directory;
        this.vault = directory.resolve("vault");
    }

    /** Initialises {@code directory/vault}; it goes away when {@code directory} does. */
    public static VaultSetup create(Path directory) {
        VaultSetup setup = new VaultSetup(directory);
        setup.lethe(new byte[0], "vault", "init", setup.vault.toString());
        return setup;
    }

    /** In a directory that goes away with this JVM. */
    public static VaultSetup create() {
        return create(TemporaryFiles.directory("lethe-vault-"));
    }

    /** Stores or replaces a secret's password. */
    public VaultSetup put(String name, byte[] password) {
        lethe(password, "vault", "put", name, "--vault", vault.toString());
        return this;
    }

    /** Stores a new version of a secret's password and keeps the one before for {@code grace}. */
    public VaultSetup rotate(String name, byte[] password, String grace) {
        lethe(password, "vault", "rotate", name, "--grace", grace, "--vault", vault.toString());
        return this;
    }

    /** Stores the public user name that belongs to a secret. */
    public VaultSetup username(String name, String username) {
        byte[] value = username.getBytes(StandardCharsets.UTF_8);
        lethe(value, "vault", "put", name, "--field", "username", "--vault", vault.toString());
        return this;
    }

    /** Grants a secret for one target to users, or to the secret's own username where none is named. */
    public VaultSetup grant(String name, String target, String... users) {
        List<String> options = new ArrayList<>();
        for (String user : users) {
            options.addAll(List.of("--user", user));
        }
        return grantWith(name, target, options.toArray(new String[0]));
    }

    /** Grants with further options of {@code vault grant}. */
    public VaultSetup grantWith(String name, String target, String... options) {
        List<String> command = new ArrayList<>(List.of("vault", "grant", name, "--to", target));
        command.addAll(List.of(options));
        command.addAll(List.of("--vault", vault.toString()));
        lethe(new byte[0], command.toArray(new String[0]));
        return this;
    }

    public Path vault() {
        return vault;
    }

    /** Where audit chains go when the configuration does not say. */
    public Path audit() {
        return vault.resolve("audit");
    }

    /** A configuration of this vault, with further lines of YAML. */
    public Path config(String... lines) {
        StringBuilder yaml = new StringBuilder("broker: vault:" + vault + "\n");
        for (String line : lines) {
            yaml.append(line).append('\n');
        }
        try {
            Path file = Files.createTempFile(directory, "lethe", ".yaml");
            return Files.writeString(file, yaml.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Adds the private keys in this directory, as text and as their 32 bytes: what opens secrets is looked for like them.
     */
    public Wanted addIdentitiesTo(Wanted wanted) {
        int found = 0;
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                for (String line :
                        Files.readString(file, StandardCharsets.ISO_8859_1).split("\\R")) {
                    if (line.startsWith(IDENTITY)) {
                        String key = line.trim();
                        // Without its beginning, which is no secret: the agent's own code holds it.
                        String own = key.substring(IDENTITY.length());
                        wanted.and("identity text " + found, own.getBytes(StandardCharsets.US_ASCII))
                                .andDerived("identity key " + found, Bech32.decode(key));
                        found++;
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (found == 0) {
            throw new IllegalStateException("no " + IDENTITY + "... below " + directory);
        }
        return wanted;
    }

    /**
     * How many windows of this process a collection fell into, as its audit trail says: those in which a secret was used and
     * those in which the vault was opened for it.
     */
    public long collectionsInWindows(long pid) {
        return records(pid).stream()
                .filter(line -> line.matches(".*\"(collections|keyCollections)\":[1-9].*"))
                .count();
    }

    /** The lines of a process in the audit trail. */
    public List<String> records(long pid) {
        return recordsOf("\"pid\":\"" + pid + "\"");
    }

    /** All lines of the audit trail. */
    public List<String> records() {
        return recordsOf("");
    }

    private List<String> recordsOf(String process) {
        try (Stream<Path> files = Files.walk(audit())) {
            List<String> records = new ArrayList<>();
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
                if (!lines.isEmpty() && lines.get(0).contains(process)) {
                    records.addAll(lines);
                }
            }
            return records;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs the packaged command line. */
    public Commands.Output lethe(byte[] input, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Jdks.running().java().toString(), "-jar", Program.agentJar().toString()));
        command.addAll(List.of(arguments));
        return Commands.run(command, input).orFail();
    }
}
