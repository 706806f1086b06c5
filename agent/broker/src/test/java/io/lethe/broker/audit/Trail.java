package io.lethe.broker.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lethe.broker.digest.Sha256;
import io.lethe.broker.json.JsonBuffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** An audit folder for tests, with heads kept beside it and a clock that can be set. */
final class Trail {

    private static final long DAY = 86_400_000L;

    final Path folder;
    final Path heads;
    long now = System.currentTimeMillis();
    int keepDays;

    Trail(Path place) throws IOException {
        folder = Files.createDirectory(place.resolve("audit"));
        heads = Files.createFile(place.resolve("heads"));
    }

    void days(int more) {
        now += more * DAY;
    }

    Audit audit() {
        return new Audit(
                new ChainFiles(folder.toFile(), OwnFiles::stream, Heads.to(heads.toString()), keepDays, () -> now),
                Map.of("name", "default"),
                false);
    }

    /** One short-lived JVM. */
    void run(int decisions) throws IOException {
        try (Audit audit = audit()) {
            for (int i = 0; i < decisions; i++) {
                audit.durably(List.of(Map.of("event", "decision", "lease", "l" + i)));
                audit.promptly(Map.of("event", "outcome", "lease", "l" + i, "outcome", "ok"));
            }
        }
    }

    Manifest manifest() throws IOException {
        return new Manifest(folder.toFile(), owner(), "host", Heads.to(heads.toString()));
    }

    private String owner() throws IOException {
        return String.valueOf(Files.getAttribute(folder, "unix:uid"));
    }

    Path manifestFile() throws IOException {
        return folder.resolve("manifest-" + owner());
    }

    Path keyFile() throws IOException {
        return folder.resolve("manifest-" + owner() + ".key");
    }

    /** What there is to find. */
    TrailReport verify() throws AuditException {
        return verify(-1);
    }

    TrailReport verify(int policy) throws AuditException {
        KnownHeads known = new KnownHeads();
        known.read(heads.toFile(), null);
        return AuditVerifier.verify(folder.toFile(), known, policy);
    }

    TrailReport verifyWithoutHeads() throws AuditException {
        return AuditVerifier.verify(folder.toFile(), new KnownHeads(), -1);
    }

    Map<String, byte[]> content() throws IOException {
        Map<String, byte[]> content = new LinkedHashMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                content.put(file.getFileName().toString(), Files.readAllBytes(file));
            }
        }
        return content;
    }

    void restore(Map<String, byte[]> content) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        for (Map.Entry<String, byte[]> file : content.entrySet()) {
            Path restored = Files.write(folder.resolve(file.getKey()), file.getValue());
            if (file.getKey().endsWith(Manifest.KEY_SUFFIX)) {
                Files.setPosixFilePermissions(restored, PosixFilePermissions.fromString("rw-------"));
            }
        }
    }

    /** The lines with their numbers and hashes made anew, from one on. */
    static List<String> relinked(List<String> lines, int from) {
        List<String> anew = new ArrayList<>(lines.subList(0, from));
        for (int i = from; i < lines.size(); i++) {
            String prev = i == 0 ? Chain.NONE : Sha256.hex(anew.get(i - 1).getBytes(UTF_8));
            anew.add(lines.get(i)
                    .replaceFirst(
                            "\"seq\":\\d+,\"prev\":\"[0-9a-f]*\"",
                            "\"seq\":" + (i + 1) + ",\"prev\":\"" + prev + "\""));
        }
        return anew;
    }

    static String line(long seq, String prev, Map<String, Object> event) {
        JsonBuffer line = new JsonBuffer(200);
        Line.append(line, seq, prev, "2026-01-01T00:00:00Z", event);
        return new String(line.toBytes(), UTF_8);
    }
}
