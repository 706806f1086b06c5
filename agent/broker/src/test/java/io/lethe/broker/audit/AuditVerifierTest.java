package io.lethe.broker.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditVerifierTest {

    @TempDir
    Path folder;

    private Path file;
    private byte[] original;
    private String head;

    @BeforeEach
    void writeAChain() throws IOException {
        try (Audit audit = new Audit(folder.toFile(), Map.of("name", "default"), false)) {
            for (int i = 0; i < 20; i++) {
                audit.durably(List.of(Map.of("event", "decision", "lease", "l" + i, "allowed", i % 2 == 0)));
                audit.promptly(Map.of("event", "outcome", "lease", "l" + i, "outcome", "ok"));
            }
        }
        file = AuditReader.chains(folder.toFile()).get(0).toPath();
        original = Files.readAllBytes(file);
        ChainReport report = AuditVerifier.verify(file.toFile(), Set.of());
        assertThat(report.problem()).isNull();
        assertThat(report.records()).isEqualTo(41);
        head = report.head();
    }

    @Test
    void everyMutation_isFoundGivenTheHead() throws Exception {
        Random random = new Random(11);
        int tried = 0;
        for (int i = 0; i < 1500; i++) {
            byte[] mutated = mutate(random, i % 6);
            if (Arrays.equals(mutated, original)) {
                continue;
            }
            tried++;
            Files.write(file, mutated);
            ChainReport report = AuditVerifier.verify(file.toFile(), Set.of(head));
            // What is added after the head without a line feed is a torn line: nothing that counts was changed.
            boolean onlyTorn = report.torn() && startsWith(mutated, original);
            assertThat(report.intact() && !onlyTorn).as("mutation %s", i).isFalse();
        }
        assertThat(tried).isGreaterThan(1000);
    }

    @Test
    void everyMutationBeforeTheLastLine_isFoundWithoutAHead() throws Exception {
        Random random = new Random(12);
        int lastLine = new String(original, UTF_8).lastIndexOf("{\"seq\"");
        for (int i = 0; i < 500; i++) {
            byte[] mutated = original.clone();
            mutated[random.nextInt(lastLine - 1)] ^= (byte) (1 << random.nextInt(8));
            Files.write(file, mutated);
            ChainReport report = AuditVerifier.verify(file.toFile(), Set.of());
            assertThat(report.intact()).as("mutation %s", i).isFalse();
            assertThat(report.brokenLine()).isPositive();
        }
    }

    @Test
    void brokenLine_isNamed() throws Exception {
        List<String> lines = new ArrayList<>(Files.readAllLines(file));
        lines.set(6, lines.get(6).replace("\"ok\"", "\"no\""));
        Files.write(file, lines);
        ChainReport report = AuditVerifier.verify(file.toFile(), Set.of());
        assertThat(report.problem()).isEqualTo("line 8 does not link to the line before it");
        assertThat(report.brokenLine()).isEqualTo(8);
        assertThat(report.records()).isEqualTo(7);
    }

    @Test
    void cutAtALine_isInvisibleWithoutAHeadAndFoundWithIt() throws Exception {
        Files.write(file, Files.readAllLines(file).subList(0, 30));
        assertThat(AuditVerifier.verify(file.toFile(), Set.of()).intact()).isTrue();
        assertThat(AuditVerifier.verify(file.toFile(), Set.of(head)).problem()).contains("lines were cut off");
    }

    @Test
    void tornLastLine_isRecognisedAndDoesNotBreakTheChain() throws Exception {
        int lastLine = new String(original, UTF_8).lastIndexOf("{\"seq\"");
        for (int end = lastLine + 1; end < original.length; end++) {
            Files.write(file, Arrays.copyOf(original, end));
            ChainReport report = AuditVerifier.verify(file.toFile(), Set.of());
            assertThat(report.intact()).isTrue();
            assertThat(report.torn()).isTrue();
            assertThat(report.records()).isEqualTo(40);
        }
    }

    @Test
    void emptyFile_isATornOne_whereNothingIsKnownOfIt() throws Exception {
        Path killed = Files.createFile(folder.resolve("29991231T000000.000Z-00000000.jsonl"));
        TrailReport report = AuditVerifier.verify(folder.toFile(), new KnownHeads(), -1);
        assertThat(report.intact()).as(ManifestTest.problems(report)).isTrue();
        assertThat(report.chains().get(1).torn()).isTrue();
        assertThat(AuditVerifier.verify(killed.toFile(), Set.of(head)).intact()).isFalse();
        Files.write(file, new byte[0]);
        assertThat(AuditVerifier.verifyFolder(folder.toFile()).get(0).problem()).contains("lines were cut off");
    }

    @Test
    void lineWithoutEnd_doesNotFillTheMemory() throws Exception {
        Files.write(file, new byte[3 * AuditReader.MAX_LINE]);
        assertThat(AuditVerifier.verify(file.toFile(), Set.of()).problem()).isEqualTo("line 1 is not an audit record");
    }

    private byte[] mutate(Random random, int kind) throws IOException {
        List<String> lines = new ArrayList<>(Arrays.asList(new String(original, UTF_8).split("\n")));
        switch (kind) {
            case 0:
                byte[] flipped = original.clone();
                flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
                return flipped;
            case 1:
                return Arrays.copyOf(original, random.nextInt(original.length));
            case 2:
                Collections.swap(lines, random.nextInt(lines.size()), random.nextInt(lines.size()));
                break;
            case 3:
                lines.remove(random.nextInt(lines.size()));
                break;
            case 4:
                lines.add(random.nextInt(lines.size() + 1), lines.get(random.nextInt(lines.size())));
                break;
            default:
                int at = random.nextInt(original.length);
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                out.write(original, 0, at);
                out.write(random.nextInt(256));
                out.write(original, at, original.length - at);
                return out.toByteArray();
        }
        return (String.join("\n", lines) + "\n").getBytes(UTF_8);
    }

    private static boolean startsWith(byte[] bytes, byte[] prefix) {
        return bytes.length > prefix.length && Arrays.equals(Arrays.copyOf(bytes, prefix.length), prefix);
    }
}
