package io.lethe.cli.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The positive control: another JVM holds each encoding, all are found, nothing else is; and the negative one beside it. */
class ScanProcessTest {

    private static final int PAGE = 4096;
    private static final String SECRET = "t\u00ff9Kq+w/\u00d6x!Zm7Lp 3b\u00fc";

    private final List<Needle> needles = new ArrayList<>();

    @AfterEach
    void wipe() {
        needles.forEach(Needle::close);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-XX:+UseSerialGC", "-XX:+UseG1GC", "-XX:+UseZGC"})
    void everyEncodingInHeapAndDirectMemory_isFoundOnce_andNothingElse(String collector) throws Exception {
        secret("orders", SECRET);
        byte[] key = new byte[32];
        new Random(3).nextBytes(key);
        needles.add(Needle.derived("key", key));
        Map<String, Integer> planted = new TreeMap<>();
        try (PlantedProcess process = new PlantedProcess(collector)) {
            int page = 1;
            List<PlainEncodings.Encoded> all = new ArrayList<>(PlainEncodings.of(SECRET));
            all.addAll(PlainEncodings.ofDerived(key));
            for (PlainEncodings.Encoded encoded : all) {
                // Across the border of two pages, at an address that words and UTF-16 can have.
                int at = page++ * PAGE - 8;
                process.plant(true, at, encoded.bytes());
                process.plant(false, at, encoded.bytes());
                planted.merge(comparable(encoded.name()), 2, Integer::sum);
            }
            process.ready();

            Report report = Scanner.scanProcess(process.pid(), needles);

            Map<String, Integer> found = new TreeMap<>();
            for (Finding f : report.findings()) {
                found.merge(comparable(f.encoding()), 1, Integer::sum);
            }
            assertThat(found).isEqualTo(planted);
            assertThat(report.fragments()).isZero();
            assertThat(report.stopped()).isTrue();
            assertThat(report.unreadable()).isZero();
            assertThat(process.answers()).isTrue();
        }
    }

    @Test
    void aProcessThatHoldsNothing_givesNothing() throws Exception {
        secret("orders", SECRET);
        secret("other", "quite-another-one");
        try (PlantedProcess process = new PlantedProcess()) {
            process.ready();

            Report report = Scanner.scanProcess(process.pid(), needles);

            assertThat(report.findings()).isEmpty();
            assertThat(report.clean()).isTrue();
            assertThat(report.bytes()).isGreaterThan(10 << 20);
        }
    }

    @Test
    void partsOfEightCharacters_areFoundOutsideOfCopiesOnly() throws Exception {
        String secret = "qXz7-f0Rk2-Lw9v-Tt4m-pQ8s-0123";
        secret("long", secret);
        byte[] utf8 = secret.getBytes(StandardCharsets.US_ASCII);
        byte[] wide = secret.getBytes(StandardCharsets.UTF_16LE);
        try (PlantedProcess process = new PlantedProcess("-XX:+UseSerialGC")) {
            process.plant(true, PAGE - 3, Arrays.copyOfRange(utf8, 4, 12));
            process.plant(false, 2 * PAGE - 5, Arrays.copyOfRange(utf8, 9, 28));
            process.plant(false, 3 * PAGE - 6, Arrays.copyOfRange(wide, 6, 26));
            process.plant(true, 4 * PAGE, Arrays.copyOfRange(utf8, 4, 11));
            process.plant(true, 5 * PAGE, Arrays.copyOfRange(wide, 6, 20));
            process.plant(true, 6 * PAGE, utf8);
            process.ready();

            Report report = Scanner.scanProcess(process.pid(), needles);

            assertThat(report.copies()).isEqualTo(1);
            assertThat(report.findings())
                    .filteredOn(f -> f.kind() == Finding.Kind.FRAGMENT)
                    .extracting(f -> f.encoding() + " " + f.length())
                    .containsExactlyInAnyOrder("utf-8 8", "utf-8 19", "utf-16le 20");
        }
    }

    @Test
    void partsInHuffmanCode_areFound() throws Exception {
        String secret = "qXz7-f0Rk2-Lw9v-Tt4m-pQ8s-0123";
        secret("long", secret);
        byte[] ahead = HpackHuffman.encode(("Bearer " + secret).getBytes(StandardCharsets.US_ASCII), 0);
        try (PlantedProcess process = new PlantedProcess("-XX:+UseSerialGC")) {
            // In each case the first characters were overwritten, in one also the last.
            process.plant(true, PAGE - 5, Arrays.copyOfRange(ahead, 10, ahead.length));
            process.plant(false, 2 * PAGE - 3, Arrays.copyOfRange(ahead, 12, 19));
            process.plant(false, 3 * PAGE - 3, ahead);
            process.ready();

            Report report = Scanner.scanProcess(process.pid(), needles);

            assertThat(report.findings())
                    .extracting(f -> f.kind() + " " + f.encoding())
                    .containsExactlyInAnyOrder(
                            "FRAGMENT hpack-huffman", "FRAGMENT hpack-huffman", "COPY hpack-huffman");
        }
    }

    @Test
    void places_areNamed() throws Exception {
        secret("orders", SECRET);
        try (PlantedProcess process = new PlantedProcess("-XX:+UseSerialGC")) {
            process.plant(true, 100, SECRET.getBytes(StandardCharsets.UTF_8));
            process.plant(false, 100, SECRET.getBytes(StandardCharsets.UTF_8));
            process.ready();

            assertThat(Scanner.scanProcess(process.pid(), needles).findings())
                    .extracting(Finding::where)
                    .containsExactlyInAnyOrder("java heap", "anonymous");
        }
    }

    @Test
    void aProcessThatWasStoppedBefore_staysStopped() throws Exception {
        secret("orders", SECRET);
        try (PlantedProcess process = new PlantedProcess()) {
            process.ready();
            process.stop();

            assertThat(Scanner.scanProcess(process.pid(), needles).stopped()).isTrue();

            assertThat(ProcFiles.stat(ProcFiles.of(process.pid(), ""))[0]).isEqualTo("T");
        }
    }

    @Test
    void withoutStopping_theReportSaysSo() throws Exception {
        secret("orders", SECRET);
        try (PlantedProcess process = new PlantedProcess()) {
            process.ready();

            assertThat(Scanner.scanProcess(process.pid(), needles, false).stopped())
                    .isFalse();
        }
    }

    @Test
    void aProcessThatHasEnded_andItself_sayWhy() throws Exception {
        secret("orders", SECRET);
        long ended = new ProcessBuilder("/bin/true").start().onExit().join().pid();

        assertThatThrownBy(() -> Scanner.scanProcess(ended, needles))
                .isInstanceOf(ScanException.class)
                .hasMessage("there is no process " + ended);
        assertThatThrownBy(() -> Scanner.scanProcess(ProcessHandle.current().pid(), needles))
                .isInstanceOf(ScanException.class)
                .hasMessageContaining("cannot scan itself");
    }

    @Test
    void aZombie_hasNoMemory() throws Exception {
        secret("orders", SECRET);
        // The shell becomes a program that never waits for its child, which ends later.
        Process parent = new ProcessBuilder("/bin/sh", "-c", "sleep 0.3 & echo $!; exec sleep 60").start();
        try {
            long zombie = Long.parseLong(parent.inputReader().readLine());
            while (!ProcFiles.stat(ProcFiles.of(zombie, ""))[0].equals("Z")) {
                Thread.onSpinWait();
            }

            assertThatThrownBy(() -> Scanner.scanProcess(zombie, needles))
                    .isInstanceOf(ScanException.class)
                    .hasMessageContaining("process " + zombie + " has no memory of its own");
        } finally {
            parent.destroyForcibly();
        }
    }

    private void secret(String name, String value) {
        needles.add(Needle.secret(name, value.getBytes(StandardCharsets.UTF_8)));
    }

    /** Some bytes have two names: both Base64 alphabets, and UTF-16 in either order once words are swapped. */
    private static String comparable(String encoding) {
        String name = encoding.replace("base64url", "base64");
        return name.startsWith("swap") ? name.replace("utf-16be", "utf-16").replace("utf-16le", "utf-16") : name;
    }
}
