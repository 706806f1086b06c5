package io.lethe.harness;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** H2 keeps neither the password nor its hash, which is as good: over TCP, in this process, with an encrypted file, hashed already. */
final class H2ResidueIT {

    private static final byte[] SECRET = Secrets.random(32);
    private static final byte[] FILE = Secrets.random(32);
    private static final byte[] WRONG = Secrets.random(32);
    private static final byte[] HASH = Equivalents.h2("APP", SECRET);
    private static final byte[] HASHED = HexFormat.of().formatHex(HASH).getBytes(StandardCharsets.US_ASCII);

    private static final Map<String, DatabaseServer> SERVERS = new TreeMap<>();
    private static Path files;
    private static DatabaseResidue residue;

    @BeforeAll
    static void start() {
        files = TemporaryFiles.directory("lethe-h2-files-");
        Drivers.H2.forEach(version -> SERVERS.put(version, DatabaseServer.h2(version)));
        VaultSetup vault = VaultSetup.create()
                .put("right", SECRET)
                .put("file", FILE)
                .put("hashed", HASHED)
                .put("wrong", WRONG);
        for (String secret : List.of("right", "file", "hashed", "wrong")) {
            vault.grantWith(secret, "h2://embedded" + files + "/*", "--user", "app", "--user", "APP");
            vault.grantWith(secret, "h2://127.0.0.1:*/mem:orders", "--user", "APP", "--weak", "cleartext");
            vault.grantWith(secret, "h2://127.0.0.1:*/" + files + "/*", "--user", "APP", "--weak", "cleartext");
        }
        Wanted wanted = Wanted.secret("secret", SECRET)
                .and("file", FILE)
                .and("wrong", WRONG)
                .and("hash as text", HASHED)
                .andDerived("hash", HASH)
                .andDerived("hash of file", Equivalents.h2("file", FILE))
                .andDerived("hash of wrong", Equivalents.h2("APP", WRONG));
        residue = new DatabaseResidue("h2", vault, wanted);
    }

    @AfterAll
    static void stop() {
        SERVERS.values().forEach(DatabaseServer::close);
    }

    static Stream<Arguments> everyJdkAndVersion() {
        return DatabaseResidue.jdksAndVersions(
                Drivers.H2, (jdk, version) -> jdk.major() >= 11 || version.compareTo("2.3") < 0);
    }

    @ParameterizedTest(name = "{0} H2 {1}")
    @MethodSource("everyJdkAndVersion")
    void connecting_leavesNothing(Jdk jdk, String version) {
        residue.run(jdk, version, program(jdk, version), program(jdk, version), ways(version));
    }

    private static Program program(Jdk jdk, String version) {
        return Program.of("PlainJdbc").on(jdk).with(Drivers.jar("h2", version)).roomy();
    }

    private static List<DatabaseResidue.Way> ways(String version) {
        String server = "jdbc:h2:tcp://127.0.0.1:" + SERVERS.get(version).port() + "/";
        String local = "jdbc:h2:" + files + "/" + version.replace('.', '-');
        List<DatabaseResidue.Way> ways = new ArrayList<>();
        ways.add(way("server", server + "mem:orders;DB_CLOSE_DELAY=-1", "", SECRET, "lethe:right", "lethe:wrong"));
        ways.add(way("this process", local, "", SECRET, "lethe:right", "lethe:wrong"));
        ways.add(way("PASSWORD_HASH", local + ";PASSWORD_HASH=TRUE", "", HASHED, "lethe:hashed", null));
        String both = Secrets.text(FILE) + " ";
        ways.add(way(
                "file password in this process",
                local + "-crypt;CIPHER=AES",
                both,
                SECRET,
                "lethe:file lethe:right",
                "lethe:file lethe:wrong"));
        ways.add(way(
                "file password to a server",
                server + files + "/" + version.replace('.', '-') + "-remote;CIPHER=AES",
                both,
                SECRET,
                "lethe:file lethe:right",
                "lethe:file lethe:wrong"));
        return ways;
    }

    private static DatabaseResidue.Way way(
            String name, String url, String before, byte[] secret, String right, String wrong) {
        return new DatabaseResidue.Way(
                name,
                Configs.plain(url, "app", before + Secrets.text(secret)),
                Configs.plain(url, "app", right),
                wrong == null ? null : Configs.plain(url, "app", wrong));
    }
}
