package io.lethe.harness;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** HSQLDB keeps nothing of the password: over TCP, where a grant lets it go in clear text, and in this process. */
final class HsqldbResidueIT {

    private static final byte[] SECRET = Secrets.random(32);
    private static final byte[] WRONG = Secrets.random(32);

    private static final Map<String, DatabaseServer> SERVERS = new TreeMap<>();
    private static Path files;
    private static DatabaseResidue residue;

    @BeforeAll
    static void start() {
        files = TemporaryFiles.directory("lethe-hsqldb-files-");
        Drivers.HSQLDB.forEach(version -> SERVERS.put(version, DatabaseServer.hsqldb(version, "APP", SECRET)));
        VaultSetup vault = VaultSetup.create().put("right", SECRET).put("wrong", WRONG);
        for (String secret : List.of("right", "wrong")) {
            vault.grantWith(secret, "hsqldb://embedded/file:" + files + "/*", "--user", "APP");
            vault.grantWith(secret, "hsqldb://127.0.0.1:*/orders", "--user", "APP", "--weak", "cleartext");
        }
        Wanted wanted = Wanted.secret("secret", SECRET).and("wrong", WRONG);
        residue = new DatabaseResidue("hsqldb", vault, wanted);
    }

    @AfterAll
    static void stop() {
        SERVERS.values().forEach(DatabaseServer::close);
    }

    static Stream<Arguments> everyJdkAndVersion() {
        return DatabaseResidue.jdksAndVersions(
                Drivers.HSQLDB, (jdk, version) -> jdk.major() >= 11 || version.compareTo("2.6") < 0);
    }

    @ParameterizedTest(name = "{0} HSQLDB {1}")
    @MethodSource("everyJdkAndVersion")
    void connecting_leavesNothing(Jdk jdk, String version) {
        residue.run(jdk, version, program(jdk, version), program(jdk, version), ways(version));
    }

    private static Program program(Jdk jdk, String version) {
        return Program.of("PlainJdbc")
                .on(jdk)
                .with(Drivers.jar("hsqldb", version))
                .roomy();
    }

    private static List<DatabaseResidue.Way> ways(String version) {
        String server = "jdbc:hsqldb:hsql://127.0.0.1:" + SERVERS.get(version).port() + "/orders";
        String local =
                "jdbc:hsqldb:file:" + files + "/" + version.replace('.', '-') + ";shutdown=true;hsqldb.lock_file=false";
        return List.of(way("server", server), way("this process", local));
    }

    private static DatabaseResidue.Way way(String name, String url) {
        return new DatabaseResidue.Way(
                name,
                Configs.plain(url, "APP", Secrets.text(SECRET)),
                Configs.plain(url, "APP", "lethe:right"),
                Configs.plain(url, "APP", "lethe:wrong"));
    }
}
