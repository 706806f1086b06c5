package io.lethe.benchmarks;

import io.lethe.harness.Commands;
import io.lethe.harness.Jdk;
import io.lethe.harness.Program;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import legacy.EmptyAgent;
import legacy.Hello;

/**
 * CPU time of a whole hello-world JVM, from its creation to its end. A shell starts it several times and says what its
 * children used, user and system, by {@code times}: the kernel counts it, and nothing runs inside what is measured. Ticks of
 * 10 ms are shared by all starts of a batch.
 */
final class Start {

    /** The second line: those of the children, user then system. */
    private static final Pattern TIMES = Pattern.compile("\\n(\\d+)m([\\d.]+)s (\\d+)m([\\d.]+)s\\s*$");

    private static final double EMPTY_REACH = 1.3;
    private static final int PEER_REACH = 50;

    private final Settings settings;
    private final Results results;

    Start(Settings settings, Results results) {
        this.settings = settings;
        this.results = results;
    }

    void measure(Jdk jdk, Bench bench) throws IOException {
        Map<String, List<String>> variants = new LinkedHashMap<>();
        variants.put("none", List.of());
        variants.put("empty", List.of("-javaagent:" + emptyAgent()));
        variants.put("lethe", List.of("-javaagent:" + Program.agentJar() + "=" + bench.config(bench.trail())));
        variants.put("peer", List.of("-javaagent:" + Settings.peer(), "-Dotel.sdk.disabled=true"));
        Map<String, Samples> times = new LinkedHashMap<>();
        for (int round = -1; round < settings.startRounds(); round++) {
            for (Map.Entry<String, List<String>> variant : variants.entrySet()) {
                boolean peer = variant.getKey().equals("peer");
                if (peer && round % 3 != 0) {
                    continue;
                }
                double millis = cpuMillis(jdk, variant.getValue(), peer ? 1 : settings.startBatch());
                // The first round only fills the page cache.
                if (round >= 0) {
                    times.computeIfAbsent(variant.getKey(), key -> new Samples())
                            .add(millis);
                    results.raw("start-cpu", jdk, variant.getKey(), round, millis, "ms");
                }
            }
        }
        report(jdk, times);
    }

    private void report(Jdk jdk, Map<String, Samples> times) {
        double none = times.get("none").median();
        double empty = times.get("empty").median() - none;
        double lethe = times.get("lethe").median() - none;
        double peer = times.get("peer").median() - none;
        results.cell("hello-world without an agent, CPU", jdk, Results.format("%.0f ms", none));
        results.cell(
                "start: CPU added by Lethe / by an empty agent",
                "<= " + EMPTY_REACH,
                jdk,
                Results.format("%.2f (%.0f / %.0f ms)", lethe / empty, lethe, empty),
                lethe / empty <= EMPTY_REACH);
        results.cell(
                "start: CPU added by Lethe / by OpenTelemetry " + Settings.peerVersion(),
                "<= 1/" + PEER_REACH,
                jdk,
                Results.format("1/%.0f (%.0f / %.0f ms)", peer / lethe, lethe, peer),
                lethe * PEER_REACH <= peer);
    }

    private static double cpuMillis(Jdk jdk, List<String> flags, int starts) {
        List<String> command = new ArrayList<>(List.of(
                "sh",
                "-c",
                "n=$1; shift; while [ $n -gt 0 ]; do \"$@\" >/dev/null || exit 1; n=$((n-1)); done; times",
                "sh",
                Integer.toString(starts),
                jdk.java().toString()));
        command.addAll(flags);
        command.addAll(List.of("-cp", programs().toString(), Hello.class.getName()));
        Matcher matcher =
                TIMES.matcher(Commands.run(command, new byte[0]).orFail().out());
        if (!matcher.find()) {
            throw new IllegalStateException("this shell's 'times' is not understood");
        }
        double seconds = 60 * (Integer.parseInt(matcher.group(1)) + Integer.parseInt(matcher.group(3)))
                + Double.parseDouble(matcher.group(2))
                + Double.parseDouble(matcher.group(4));
        return seconds * 1000 / starts;
    }

    private static Path programs() {
        try {
            return Path.of(Hello.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Path emptyAgent() throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Premain-Class", EmptyAgent.class.getName());
        Path jar = Files.createTempFile("lethe-empty-agent-", ".jar");
        jar.toFile().deleteOnExit();
        String name = EmptyAgent.class.getName().replace('.', '/') + ".class";
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file, manifest);
                InputStream in = EmptyAgent.class.getResourceAsStream("/" + name)) {
            out.putNextEntry(new JarEntry(name));
            in.transferTo(out);
        }
        return jar;
    }
}
