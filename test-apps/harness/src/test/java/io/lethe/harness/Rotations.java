package io.lethe.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.assertj.core.api.SoftAssertions;

/**
 * A password is replaced again and again while eight threads of each pool use it, and then the grant is revoked. All pools live
 * in one JVM, and the sessions of a real server tell. {@code -Dlethe.rotations} says how often.
 */
final class Rotations {

    private static final String SECRET = "orders-db";
    private static final int THREADS = 8;
    private static final int DRAIN = 8;
    private static final int ROTATIONS = Integer.getInteger("lethe.rotations", 3);
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(60);
    private static final long LOOKS_EVERY = TimeUnit.MILLISECONDS.toNanos(100);

    /** Those that cannot be told: the classes of the one are too old to be woven, the other evicts nothing. */
    private static final Set<String> DEAF = Set.of("c3p0 0.9.1.2", "PGPoolingDataSource");

    static List<Jdk> jdks() {
        List<Jdk> all = Jdks.all();
        return Matrix.full() ? all : all.subList(all.size() - 1, all.size());
    }

    private Rotations() {}

    /** Those that keep what was returned: none gives up connections for a reason of its own. */
    private static List<Contained> pools(Jdk jdk, RotatingServer server) {
        List<Contained> pools = new ArrayList<>();
        for (Contained each : Pools.all()) {
            if (each.can(Contained.Can.POOL) && each.runsOn(jdk) && server.goesWith(each)) {
                pools.add(steady(each));
            }
        }
        return pools;
    }

    private static Contained steady(Contained each) {
        switch (each.product()) {
            case "Commons DBCP", "Commons DBCP2":
                return each.set("timeBetweenEvictionRunsMillis=-1", "minEvictableIdleTimeMillis=1800000");
            case "Vibur":
                return each.set("reducerTimeIntervalInSeconds=0");
            case "Oracle UCP":
                return each.set("inactiveConnectionTimeout=0");
            default:
                return each;
        }
    }

    /** No query fails, and no connection outlives what opened it. */
    static void run(Jdk jdk, RotatingServer server, Results results) throws IOException {
        byte[] first = Secrets.random(32);
        List<Contained> pools = pools(jdk, server);
        server.users(pools, first);
        VaultSetup vault = VaultSetup.create().put(SECRET, first).grant(SECRET, server.target(), server.names());
        SoftAssertions all = new SoftAssertions();
        try (App app = Program.of("PoolApp")
                .on(jdk)
                .underLethe(vault.config("drain: " + DRAIN + "s"))
                .start()) {
            for (Contained each : pools) {
                app.mustDo("make " + each.word() + " " + server.file(each, "lethe:" + SECRET));
                app.mustDo("load " + each.word() + " " + THREADS);
            }
            Map<Contained, Integer> stale = rotate(vault, server, pools);
            Map<Contained, String> load = new LinkedHashMap<>();
            for (Contained each : pools) {
                load.put(each, app.mustDo("unload " + each.word()));
            }
            for (Contained each : pools) {
                app.mustDo("borrow " + each.word() + " 3");
                app.mustDo("return " + each.word());
                app.mustDo("borrow " + each.word() + " 1");
            }
            for (Contained each : pools) {
                all.assertThat(server.sessions(each))
                        .as("idle and busy ones of " + each)
                        .isGreaterThan(1);
            }
            vault.lethe(
                    new byte[0],
                    "vault",
                    "revoke",
                    "g1",
                    "--vault",
                    vault.vault().toString());
            long revoked =
                    Files.getLastModifiedTime(vault.vault().resolve("index")).toMillis();
            Map<Contained, Double> idle = new LinkedHashMap<>();
            Map<Contained, Double> busy = await(pools, revoked, each -> {
                int left = server.sessions(each);
                if (left <= 1) {
                    idle.putIfAbsent(each, secondsSince(revoked));
                }
                return left == 0;
            });
            for (Contained each : pools) {
                String[] counted = load.get(each).split(" ", 3);
                results.row(
                        "jdk",
                        jdk.major(),
                        "pool",
                        each,
                        "driver",
                        server.driver(each),
                        "rotations",
                        ROTATIONS,
                        "queries",
                        counted[0],
                        "failed",
                        counted[1],
                        "stale",
                        stale.get(each),
                        "idle",
                        idle.containsKey(each) ? idle.get(each) : "-",
                        "busy",
                        busy.containsKey(each) ? busy.get(each) : "-");
                all.assertThat(counted[1])
                        .as("failed queries of " + each + ": " + counted[2])
                        .isEqualTo("0");
                if (!isDeaf(each)) {
                    all.assertThat(stale.get(each))
                            .as("old connections of " + each)
                            .isZero();
                }
                all.assertThat(idle.get(each)).as("idle connections of " + each).isNotNull();
                all.assertThat(busy.get(each)).as("busy connection of " + each).isNotNull();
                if (busy.get(each) != null) {
                    all.assertThat(busy.get(each)).as("drain of " + each).isGreaterThanOrEqualTo(DRAIN);
                }
            }
            List<String> trail = vault.records(app.pid());
            for (String why : List.of("rotated", "revoked")) {
                all.assertThat(trail)
                        .as("what the trail says")
                        .anyMatch(line -> line.contains("\"event\":\"close\"") && line.contains("\"why\":\"" + why));
            }
            assertThat(app.exit()).isZero();
        }
        all.assertAll();
    }

    /** Returns how many connections of each are left of those that an old password opened. */
    private static Map<Contained, Integer> rotate(VaultSetup vault, RotatingServer server, List<Contained> pools) {
        Map<Contained, Integer> stale = count(pools, each -> 0);
        for (int i = 0; i < ROTATIONS; i++) {
            byte[] next = Secrets.random(32);
            // With one password for each role, what is open bridges the moment until the vault has the new one, too.
            assertThat(await(pools, 0, each -> server.sessions(each) == THREADS))
                    .as("pools with all their connections")
                    .containsOnlyKeys(pools);
            server.alter(next);
            long changed = server.now();
            vault.rotate(SECRET, next, "2s");
            List<Contained> told = pools.stream().filter(each -> !isDeaf(each)).toList();
            await(told, 0, each -> server.sessionsBefore(each, changed) == 0);
            count(pools, each -> server.sessionsBefore(each, changed))
                    .forEach((each, left) -> stale.merge(each, left, isDeaf(each) ? Integer::max : Integer::sum));
            server.graceOver();
        }
        return stale;
    }

    private static double secondsSince(long time) {
        return Math.round((System.currentTimeMillis() - time) / 100.0) / 10.0;
    }

    private static boolean isDeaf(Contained each) {
        return DEAF.contains(each.toString());
    }

    private static <T> Map<T, Integer> count(List<T> of, ToIntFunction<T> counting) {
        Map<T, Integer> counted = new LinkedHashMap<>();
        of.forEach(each -> counted.put(each, counting.applyAsInt(each)));
        return counted;
    }

    /** When it came true for each, in seconds after that time; null where it never did. */
    private static Map<Contained, Double> await(List<Contained> pools, long since, Predicate<Contained> condition) {
        Map<Contained, Double> when = new LinkedHashMap<>();
        long end = System.nanoTime() + PATIENCE;
        while (when.size() < pools.size() && System.nanoTime() < end) {
            for (Contained each : pools) {
                if (!when.containsKey(each) && condition.test(each)) {
                    when.put(each, secondsSince(since));
                }
            }
            LockSupport.parkNanos(LOOKS_EVERY);
        }
        return when;
    }
}
