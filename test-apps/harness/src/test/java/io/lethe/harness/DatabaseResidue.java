package io.lethe.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.params.provider.Arguments;

/**
 * What the residue tests of databases have in common: one program without Lethe and one under it, each of which goes all ways
 * that a driver has, one after another, with a scan after each.
 */
final class DatabaseResidue {

    /**
     * One way to a database.
     *
     * @param plain the program's configuration with the secret in it
     * @param right the same with a reference
     * @param wrong with one to another secret; null where nothing refuses it
     */
    record Way(String name, Map<String, String> plain, Map<String, String> right, Map<String, String> wrong) {}

    /** The driver's own words; 08004 is Derby's. */
    private static final String REFUSED = "error (28...|08004) (?!.*lethe: ).*";

    private final String driver;
    private final Results results;
    private final VaultSetup vault;
    private final Wanted wanted;

    /** @param driver its name, as that of results and of the column of versions */
    DatabaseResidue(String driver, VaultSetup vault, Wanted wanted) {
        this.driver = driver;
        this.results = new Results(driver + "-residue");
        this.vault = vault;
        this.wanted = vault.addIdentitiesTo(wanted);
    }

    /** Each JDK and each version at least once, on JDKs that have it. */
    static Stream<Arguments> jdksAndVersions(List<String> versions, BiPredicate<Jdk, String> runs) {
        List<Jdk> jdks = Jdks.all();
        if (Matrix.full()) {
            return Matrix.of(pair -> runs.test((Jdk) pair.get(0), (String) pair.get(1)), jdks, versions).stream()
                    .map(pair -> Arguments.of(pair.toArray()));
        }
        int count = Math.max(jdks.size(), versions.size());
        return IntStream.range(0, count).mapToObj(i -> {
            Jdk jdk = jdks.get(i % jdks.size());
            List<String> possible =
                    versions.stream().filter(version -> runs.test(jdk, version)).toList();
            return Arguments.of(jdk, possible.get(i % possible.size()));
        });
    }

    void run(Jdk jdk, String version, Program without, Program under, List<Way> ways) {
        Jdk.Collector collector = jdk.collectors().get(0);
        try (App app =
                without.flags(collector.flags()).config(ways.get(0).plain()).start()) {
            for (Way way : ways) {
                app.mustDo("config " + Program.propertiesFile(way.plain()));
                app.mustDo("connect");
                Residue residue = scan(app, jdk, version, way, collector, "without Lethe", 0);
                assertThat(residue.total())
                        .as("positive control, " + way.name())
                        .isPositive();
            }
            app.mustDo("close");
        }
        SoftAssertions all = new SoftAssertions();
        try (App app = under.flags(collector.flags())
                .underLethe(vault.config())
                .config(ways.get(0).right())
                .start()) {
            Excuse excuse = new Excuse(vault, app.pid());
            for (Way way : ways) {
                app.mustDo("config " + Program.propertiesFile(way.right()));
                app.mustDo("connect");
                excuse.orOneWord(all, scan(app, jdk, version, way, collector, "connect", 1), way.name());
                app.mustDo("connect 19");
                app.mustDo("threads 8");
                excuse.orOneWord(all, scan(app, jdk, version, way, collector, "connects and threads", 28), way.name());
                if (way.wrong() != null) {
                    app.mustDo("config " + Program.propertiesFile(way.wrong()));
                    all.assertThat(app.ask("connect")).as(way.name()).matches(REFUSED);
                    excuse.orOneWord(all, scan(app, jdk, version, way, collector, "refused", 29), way.name());
                }
            }
            wanted.secrets()
                    .values()
                    .forEach(secret -> all.assertThat(app.out() + app.err()).doesNotContain(Secrets.text(secret)));
            app.mustDo("close");
        }
        all.assertAll();
    }

    private Residue scan(
            App app, Jdk jdk, String version, Way way, Jdk.Collector collector, String scenario, int attempts) {
        Residue residue = MemoryScan.scan(app.pid(), wanted);
        results.scanned(
                app,
                residue,
                "jdk",
                jdk.major(),
                driver,
                version,
                "way",
                way.name(),
                "collector",
                collector,
                "scenario",
                scenario,
                "attempts",
                attempts);
        return residue;
    }
}
