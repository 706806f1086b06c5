package io.lethe.benchmarks;

import io.lethe.harness.App;
import io.lethe.harness.HttpClients;
import io.lethe.harness.HttpProtocol;
import io.lethe.harness.Jdk;
import io.lethe.harness.Program;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * HTTPS requests of three JVMs that live all the time and are asked in turns: with the secret in clear and no agent, with the
 * agent and a reference, and with the agent and the secret in clear. Over one kept connection and from many threads.
 */
final class HttpRequests {

    private static final List<String> CLIENTS = List.of("HttpURLConnection", "java.net.http");
    private static final int THREADS = 16;
    private static final double REFERENCE_REACH = 0.97;
    private static final double IDLE_REACH = 0.99;
    private static final String NONE = "none";
    private static final String LETHE = "lethe";
    private static final String IDLE = "idle";

    private final Settings settings;
    private final Results results;
    private final Jdk jdk;
    private final HttpBench bench;

    HttpRequests(Settings settings, Results results, Jdk jdk, HttpBench bench) {
        this.settings = settings;
        this.results = results;
        this.jdk = jdk;
        this.bench = bench;
    }

    void measure() {
        for (HttpClients.Client client : HttpClients.all()) {
            if (CLIENTS.contains(client.name()) && client.runsOn(jdk)) {
                for (HttpProtocol protocol : client.protocols()) {
                    String what = client + " " + protocol;
                    first(what, client, protocol);
                    later(what, client, protocol);
                }
            }
        }
    }

    /** Fresh JVMs; the first of each kind only fills the page cache. */
    private void first(String what, HttpClients.Client client, HttpProtocol protocol) {
        Map<String, Samples> cpu = new LinkedHashMap<>();
        for (int round = -1; round < settings.firstRounds(); round++) {
            Map<String, Program> programs = new LinkedHashMap<>();
            programs.put(NONE, bench.none(jdk, client, protocol));
            programs.put(LETHE, bench.lethe(jdk, client, protocol, bench.trail()));
            programs.put(IDLE, bench.idle(jdk, client, protocol));
            for (Map.Entry<String, Program> program : programs.entrySet()) {
                double millis;
                try (App app = program.getValue().start()) {
                    millis = new Turn(app.mustDo("times 1 1")).cpu / 1e6;
                }
                if (round >= 0) {
                    cpu.computeIfAbsent(program.getKey(), key -> new Samples()).add(millis);
                    results.raw(raw("first-cpu", what), jdk, program.getKey(), round, millis, "ms");
                }
            }
        }
        double none = cpu.get(NONE).median();
        double lethe = cpu.get(LETHE).median();
        results.cell(
                what + ", first request: CPU over none; with the agent and no reference",
                jdk,
                Results.format(
                        "%.0f ms (%.0f over %.0f); %.0f ms",
                        lethe - none, lethe, none, cpu.get(IDLE).median() - none));
    }

    private void later(String what, HttpClients.Client client, HttpProtocol protocol) {
        Path trail = bench.trail();
        Trail warmed;
        Trail all;
        try (App none = bench.none(jdk, client, protocol).start();
                App lethe = bench.lethe(jdk, client, protocol, trail).start();
                App idle = bench.idle(jdk, client, protocol).start()) {
            Map<String, App> apps = new LinkedHashMap<>();
            apps.put(NONE, none);
            apps.put(LETHE, lethe);
            apps.put(IDLE, idle);
            for (App app : apps.values()) {
                require(app);
                for (int round = 0; round < settings.requestWarmUps(); round++) {
                    app.mustDo("times " + settings.requests() + " 1");
                    app.mustDo("times " + each(THREADS) + " " + THREADS);
                }
            }
            warmed = Trail.read(trail);
            turns(what + ", 1 connection", apps, 1);
            turns(what + ", " + THREADS + " threads", apps, THREADS);
            require(lethe);
            all = Trail.read(trail);
        }
        new Windows(all.skip(warmed.releases().size())).report(what + ", ", jdk, results);
    }

    /** The server must have received the true secret. */
    private static void require(App app) {
        String answer = app.mustDo("get 1");
        if (!answer.contains("authorization=TRUE")) {
            throw new IllegalStateException(answer);
        }
    }

    private int each(int threads) {
        return Math.max(1, settings.requests() / threads);
    }

    private void turns(String what, Map<String, App> apps, int threads) {
        Map<String, Kind> kinds = new LinkedHashMap<>();
        for (String variant : apps.keySet()) {
            kinds.put(variant, new Kind());
        }
        String command = "times " + each(threads) + " " + threads;
        List<String> order = new ArrayList<>(apps.keySet());
        for (int round = 0; round < settings.rounds(); round++) {
            Map<String, Turn> turns = new LinkedHashMap<>();
            for (String variant : order) {
                Turn turn = new Turn(apps.get(variant).mustDo(command));
                turns.put(variant, turn);
                results.raw(raw("requests", what), jdk, variant, round, turn.perSecond(), "1/s");
                results.raw(raw("request-p99", what), jdk, variant, round, turn.times.p99() / 1e3, "us");
                results.raw(raw("request-cpu", what), jdk, variant, round, turn.cpu / turn.times.size() / 1e3, "us");
            }
            for (String variant : order) {
                kinds.get(variant).add(turns.get(variant), turns.get(NONE));
            }
            // Who goes first changes, or a drift of the machine would count for one side.
            order.add(order.remove(0));
        }
        report(what, kinds);
    }

    private void report(String what, Map<String, Kind> kinds) {
        Kind none = kinds.get(NONE);
        Kind lethe = kinds.get(LETHE);
        Kind idle = kinds.get(IDLE);
        results.cell(
                what + ": requests a second, with a reference over in clear",
                ">= " + REFERENCE_REACH,
                jdk,
                lethe.throughput(none),
                lethe.ratios.median() >= REFERENCE_REACH);
        results.cell(
                what + ": the same with the agent and no reference",
                ">= " + IDLE_REACH,
                jdk,
                idle.throughput(none),
                idle.ratios.median() >= IDLE_REACH);
        results.cell(
                what + ": p99 with a reference / without / in clear",
                jdk,
                Results.format(
                        "%.2f / %.2f / %.2f ms",
                        lethe.p99.median() / 1e6, idle.p99.median() / 1e6, none.p99.median() / 1e6));
        results.cell(
                what + ": CPU of one with a reference / without / in clear",
                jdk,
                Results.format(
                        "%.1f / %.1f / %.1f us (%.3f, %.3f)",
                        lethe.cpuOfOne() / 1e3,
                        idle.cpuOfOne() / 1e3,
                        none.cpuOfOne() / 1e3,
                        lethe.cpuOfOne() / none.cpuOfOne(),
                        idle.cpuOfOne() / none.cpuOfOne()));
    }

    private static String raw(String name, String what) {
        return name + " " + what.replace(",", "");
    }

    /** What one turn of one JVM took, in nanoseconds. */
    private static final class Turn {

        final double wall;
        final double cpu;
        final Samples times;

        Turn(String answer) {
            String[] parts = answer.split(" ", 3);
            wall = Double.parseDouble(parts[0]);
            cpu = Double.parseDouble(parts[1]);
            times = Samples.of(parts[2]);
        }

        double perSecond() {
            return times.size() / wall * 1e9;
        }
    }

    /** The turns of one JVM, and the ratio of each to the turn beside it without an agent. */
    private static final class Kind {

        final Samples perSecond = new Samples();
        final Samples ratios = new Samples();
        final Samples p99 = new Samples();
        private double cpu;
        private int requests;

        void add(Turn turn, Turn none) {
            perSecond.add(turn.perSecond());
            ratios.add(turn.perSecond() / none.perSecond());
            p99.add(turn.times.p99());
            cpu += turn.cpu;
            requests += turn.times.size();
        }

        /** The mean of all turns: the clock of a process ticks every 10 ms on some JDKs. */
        double cpuOfOne() {
            return cpu / requests;
        }

        String throughput(Kind none) {
            return Results.format(
                    "%.3f (%.0f / %.0f; turns %.2f to %.2f)",
                    ratios.median(), perSecond.median(), none.perSecond.median(), ratios.min(), ratios.max());
        }
    }
}
