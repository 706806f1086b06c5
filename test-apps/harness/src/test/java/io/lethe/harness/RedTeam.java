package io.lethe.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the red team plays: one vault with two applications, A and B, each with a secret, a workload, an identity, and, where
 * root runs this, a user of its own; the admin key lies elsewhere. One thread.
 */
final class RedTeam implements AutoCloseable {

    static final String SECRET_A = "a-db";
    static final String SECRET_B = "b-db";
    static final String USER_A = "app_a";
    static final String DRIVER = "42.7.14";

    /** Readable for everybody, as /etc is. */
    final Path place = TemporaryFiles.directory("lethe-red-team-");

    final Path vault = place.resolve("vault");
    final Path ofA = place.resolve("a");
    final Path ofB = place.resolve("b");
    final Path jar = place.resolve("lethe.jar");
    final Path driver = place.resolve("driver.jar");
    final Path mariadb = place.resolve("mariadb.jar");
    final Path apps = place.resolve("apps");
    /** The vault before a grant was taken back: A to every database. */
    final Path before = place.resolve("before");

    private final Path whole = place.resolve("whole");

    final boolean users = Users.exist();
    final Postgres postgres = Postgres.start();
    /** Who vouches for the servers that A may talk to over HTTPS. */
    final Authority owners = Authority.create();

    final byte[] passwordA = Secrets.random(32);
    final byte[] passwordB = Secrets.random(32);
    private final Path adminKey =
            TemporaryFiles.directory("lethe-red-team-admin-").resolve("admin.key");
    private int files;

    RedTeam() throws IOException {
        open(place);
        Files.copy(Program.agentJar(), jar);
        Files.copy(Drivers.postgresql(DRIVER), driver);
        Files.copy(Drivers.mariadb("3.5.9"), mariadb);
        Commands.run("cp", "-r", Program.apps().toString(), apps.toString()).orFail();
        Commands.run("chmod", "-R", "a+rX", place.toString()).orFail();
        postgres.createRole(USER_A, passwordA.clone(), Postgres.Auth.SCRAM);
        postgres.createRole("app_b", passwordB.clone(), Postgres.Auth.SCRAM);
        for (Path own : List.of(ofA, ofB)) {
            Files.createDirectory(
                    own, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Files.createDirectory(own.resolve("state"));
        }
        makeVault();
        if (users) {
            own(ofA, Users.FIRST);
            own(ofB, Users.SECOND);
        }
    }

    private void makeVault() {
        lethe("", "vault", "init", vault.toString(), "--admin-key", adminKey.toString());
        for (String app : List.of("a", "b")) {
            Path identity = place.resolve(app).resolve("identity");
            admin("", "workload", "add", "app-" + app, "--identity", identity.toString());
            byte[] password = app.equals("a") ? passwordA : passwordB;
            admin(Secrets.text(password), "vault", "put", app + "-db");
            grant(app, Postgres.DATABASE);
        }
        grant("a", "*");
        copy(vault, before);
        admin("", "vault", "grant", "--remove", "g3");
        String ca = owners.certificate().toString();
        for (String options : List.of(
                "mariadb://127.0.0.1:*/orders --user " + USER_A,
                "https://localhost:*/v1 --header X-Api-Key --ca " + ca)) {
            admin("", ("vault grant a-db --workload app-a --to " + options).split(" "));
        }
        copy(vault, whole);
    }

    /**
     * What an admin took along for a night on which the vault is gone: an override for A's secret at its database, and the
     * encrypted files for it. Made from a copy, so that the vault itself is as it was.
     */
    Path bundle() {
        Path copy = place.resolve("night");
        Path bundle = place.resolve("bundle");
        copy(vault, copy);
        String target = "postgresql://127.0.0.1:" + postgres.port() + "/" + Postgres.DATABASE;
        lethe(
                        "",
                        ("break-glass --secret a-db --target " + target + " --for 2h --reason night --bundle " + bundle
                                        + " --vault " + copy + " --admin-key " + adminKey)
                                .split(" "))
                .orFail();
        Commands.run("chmod", "-R", "a+rX", bundle.toString()).orFail();
        return bundle;
    }

    private void grant(String app, String database) {
        String target = "postgresql://127.0.0.1:*/" + database;
        admin("", "vault", "grant", app + "-db", "--to", target, "--user", "app_" + app, "--workload", "app-" + app);
    }

    /** A command of the admin's. */
    void admin(String input, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--vault", vault.toString(), "--admin-key", adminKey.toString()));
        lethe(input, all.toArray(new String[0])).orFail();
    }

    static Commands.Output lethe(String input, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Jdks.running().java().toString(), "-jar", Program.agentJar().toString()));
        command.addAll(List.of(arguments));
        return Commands.run(command, input.getBytes(StandardCharsets.UTF_8));
    }

    /** The key that signs the index, for configurations to pin. */
    String verifier() throws IOException {
        Matcher key = Pattern.compile("\"key\": ?\"([^\"]+)\"").matcher(Files.readString(vault.resolve("index")));
        if (!key.find()) {
            throw new IllegalStateException("the index has no key");
        }
        return key.group(1);
    }

    /** What A's operator wrote, and further or, by their name, other lines. */
    Path configOfA(String... lines) throws IOException {
        Map<String, String> keys = new LinkedHashMap<>();
        keys.put("broker", "vault:" + vault);
        keys.put("vault-key", "'" + verifier() + "'");
        keys.put("workload", "app-a");
        keys.put("identity", ofA.resolve("identity").toString());
        keys.put("state.dir", ofA.resolve("state").toString());
        keys.put("audit.dir", ofA.resolve("audit").toString());
        for (String line : lines) {
            int colon = line.indexOf(':');
            keys.put(line.substring(0, colon), line.substring(colon + 1).trim());
        }
        StringBuilder yaml = new StringBuilder();
        keys.forEach((key, value) -> yaml.append(value.isEmpty() ? "" : key + ": " + value + "\n"));
        return write(".yaml", yaml.toString());
    }

    /** A's program under the agent. */
    Program programOfA(String main, Path lethe) {
        Program program = Program.of(main).with(apps, driver, mariadb).roomy().flags("-javaagent:" + jar + "=" + lethe);
        return users ? program.launchedBy(Users.as(Users.FIRST).toArray(new String[0])) : program;
    }

    /** The configuration of a program, in a file that every user may read. */
    Path properties(String url, String user, String password, String... more) throws IOException {
        Properties properties = new Properties();
        properties.putAll(Configs.plus(Configs.plain(url, user, password), more));
        StringBuilder text = new StringBuilder();
        properties.forEach(
                (key, value) -> text.append(key).append('=').append(value).append('\n'));
        return write(".properties", text.toString());
    }

    /** That of A: with its reference. */
    Path reference(String url) throws IOException {
        return properties(url, USER_A, "lethe:" + SECRET_A);
    }

    /** Any configuration, in such a file. */
    Path properties(Map<String, String> values) throws IOException {
        StringBuilder text = new StringBuilder();
        values.forEach(
                (key, value) -> text.append(key).append('=').append(value).append('\n'));
        return write(".properties", text.toString());
    }

    private Path write(String suffix, String text) throws IOException {
        Path file = Files.writeString(place.resolve("file" + files++ + suffix), text);
        return open(file);
    }

    /** The newest encrypted file of a secret. */
    Path encrypted(Path of, String secret) throws IOException {
        try (var all = Files.list(of.resolve("secrets").resolve(secret))) {
            return all.filter(file -> file.toString().endsWith(".age"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** All that opens A's database or the vault. */
    Wanted wanted() throws IOException {
        Wanted wanted = Wanted.secret("secret", passwordA);
        postgres.equivalents(USER_A).addTo(wanted, "", passwordA);
        String prefix = "AGE-SECRET-KEY-1";
        String key = Files.readString(ofA.resolve("identity"))
                .lines()
                .filter(line -> line.startsWith(prefix))
                .findFirst()
                .orElseThrow();
        byte[] own = key.substring(prefix.length()).getBytes(StandardCharsets.US_ASCII);
        return wanted.and("identity text", own).andDerived("identity key", Bech32.decode(key));
    }

    /** Puts a vault into the place of the one that is in use. */
    void replaceBy(Path other) {
        Commands.run("rm", "-r", vault.toString()).orFail();
        copy(other, vault);
    }

    /** Puts the vault back as it is when nobody plays with it. */
    void mend() {
        replaceBy(whole);
    }

    /** With modes and owners. */
    static void copy(Path from, Path to) {
        Commands.run("cp", "-a", from.toString(), to.toString()).orFail();
    }

    private static void own(Path folder, int uid) {
        Commands.run("chown", "-R", uid + ":" + uid, folder.toString()).orFail();
    }

    static Path open(Path path) {
        try {
            boolean folder = Files.isDirectory(path);
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(folder ? "rwxr-xr-x" : "rw-r--r--"));
            return path;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        postgres.close();
    }
}
