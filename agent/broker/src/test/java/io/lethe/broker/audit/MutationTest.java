package io.lethe.broker.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.broker.digest.Sha256;
import io.lethe.broker.json.JsonBuffer;
import io.lethe.secret.crypto.Ed25519;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A trail of a joined day, loose chains and a manifest, whose heads were kept elsewhere, is changed in each way that its own
 * user could think of. Each change is found; where only what is newer than the last head was changed, the verifier may find
 * nothing and says how much that is.
 */
class MutationTest {

    private static final int MUTATIONS = 1_700;
    private static final String[] KINDS = {
        "byte",
        "bit",
        "line deleted",
        "line twice",
        "lines swapped",
        "cut at a line",
        "cut within a line",
        "file deleted",
        "file emptied",
        "chain copied and changed",
        "relinked",
        "relinked with its manifest",
        "re-signed with the key of now",
        "signed with a key of its own",
        "forged joined",
        "forged pruned",
        "second manifest"
    };

    @TempDir
    Path dir;

    private Trail trail;
    private Random random;
    private Map<String, byte[]> original;
    private List<String> names;
    private byte[] heads;
    private String manifest;

    @Test
    void everyChange_isFound() throws Exception {
        aTrail();
        TrailReport whole = trail.verify();
        assertThat(whole.intact()).as(ManifestTest.problems(whole)).isTrue();
        assertThat(whole.unanchored()).isZero();
        random = new Random(4);
        Map<String, Integer> found = new TreeMap<>();
        for (int i = 0; i < MUTATIONS; i++) {
            String kind = KINDS[i % KINDS.length];
            trail.restore(original);
            mutate(kind);
            if (same(original, trail.content())) {
                continue;
            }
            TrailReport report = trail.verify();
            assertThat(report.intact()).as("%s (%s)", kind, i).isFalse();
            found.merge(kind, 1, Integer::sum);
        }
        assertThat(found.values().stream().mapToInt(Integer::intValue).sum()).isGreaterThan(1_000);
        assertThat(found).hasSize(KINDS.length);
    }

    @Test
    void whatIsNewerThanTheLastHead_isFoundOrCounted() throws Exception {
        aTrail();
        List<String> kept = Files.readAllLines(trail.heads);
        trail.run(3);
        original = trail.content();
        heads = String.join("\n", kept.subList(0, kept.size())).concat("\n").getBytes(UTF_8);
        Files.write(trail.heads, heads);
        TrailReport whole = trail.verify();
        assertThat(whole.intact()).isTrue();
        assertThat(whole.unanchored()).isEqualTo(7);
        random = new Random(5);
        names = new ArrayList<>(original.keySet());
        names.removeIf(name -> name.endsWith(".key"));
        int unseen = 0;
        for (int i = 0; i < 300; i++) {
            trail.restore(original);
            String kind = KINDS[i % 10];
            mutate(kind);
            Map<String, byte[]> mutated = trail.content();
            if (same(original, mutated)) {
                continue;
            }
            TrailReport report = trail.verify();
            if (report.intact()) {
                unseen++;
                // All that a head was kept of is there as it was.
                long anchored = report.records() - report.unanchored();
                assertThat(anchored).as("%s (%s)", kind, i).isEqualTo(whole.records() - 7);
            }
        }
        // The last chain cut at its end together with nothing else is known to the manifest; so little is unseen.
        assertThat(unseen).isLessThan(60);
    }

    @Test
    void trailWrittenAnew_isFoundByItsHeads_andBySilenceOnlyWithoutThem() throws Exception {
        aTrail();
        trail.restore(Map.of());
        Files.write(trail.heads, new byte[0]);
        trail.run(4);
        TrailReport anew = trail.verifyWithoutHeads();
        assertThat(anew.intact()).isTrue();
        assertThat(anew.unanchored()).isEqualTo(anew.records());
        Files.write(trail.heads, heads);
        assertThat(trail.verify().missing()).isNotEmpty().allMatch(missing -> missing.contains("is not in it"));
        trail.restore(Map.of());
        assertThat(trail.verify().missing()).isNotEmpty();
    }

    private void aTrail() throws IOException {
        trail = new Trail(dir);
        trail.days(-1);
        for (int i = 0; i < 3; i++) {
            trail.run(1);
        }
        for (File chain : AuditReader.chains(trail.folder.toFile())) {
            Files.setLastModifiedTime(chain.toPath(), FileTime.fromMillis(0));
        }
        trail.days(1);
        new Tidy(trail.folder.toFile(), trail.manifest(), 0, trail.now).run("");
        for (int i = 0; i < 3; i++) {
            trail.run(2);
        }
        original = trail.content();
        heads = Files.readAllBytes(trail.heads);
        manifest = trail.manifestFile().getFileName().toString();
        names = new ArrayList<>(original.keySet());
        names.removeIf(name -> name.endsWith(".key"));
        assertThat(names).hasSize(5);
    }

    private void mutate(String kind) throws IOException {
        String name = names.get(random.nextInt(names.size()));
        Path file = trail.folder.resolve(name);
        byte[] bytes = Files.readAllBytes(file);
        List<String> lines = new ArrayList<>(Files.readAllLines(file));
        int line = random.nextInt(lines.size());
        switch (kind) {
            case "byte":
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
                Files.write(file, bytes);
                return;
            case "bit":
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                Files.write(file, bytes);
                return;
            case "line deleted":
                lines.remove(line);
                Files.write(file, lines);
                return;
            case "line twice":
                lines.add(line, lines.get(line));
                Files.write(file, lines);
                return;
            case "lines swapped":
                Collections.swap(lines, line, random.nextInt(lines.size()));
                Files.write(file, lines);
                return;
            case "cut at a line":
                Files.write(file, lines.subList(0, line));
                return;
            case "cut within a line":
                Files.write(file, Arrays.copyOf(bytes, random.nextInt(bytes.length)));
                return;
            case "file deleted":
                Files.delete(file);
                return;
            case "file emptied":
                Files.write(file, new byte[0]);
                return;
            case "chain copied and changed":
                fork();
                return;
            case "relinked":
                change(lines, line);
                Files.write(file, Trail.relinked(lines, 0));
                return;
            case "relinked with its manifest":
                rewrite(null);
                return;
            case "re-signed with the key of now":
                rewrite(stolen());
                return;
            case "signed with a key of its own":
                byte[] own = new byte[32];
                random.nextBytes(own);
                rewrite(own);
                return;
            case "forged joined":
                forgeJoined();
                return;
            case "forged pruned":
                forgePruned();
                return;
            case "second manifest":
                secondManifest();
                return;
            default:
                throw new AssertionError(kind);
        }
    }

    /** Another end of a chain, in a file of its own. */
    private void fork() throws IOException {
        Path chain = looseChain();
        List<String> lines = new ArrayList<>(Files.readAllLines(chain));
        int line = 1 + random.nextInt(lines.size() - 1);
        change(lines, line);
        Path copy = chain.resolveSibling(chain.getFileName().toString().replace(".jsonl", "0.jsonl"));
        Files.write(copy, Trail.relinked(lines, 0));
        if (random.nextBoolean()) {
            Files.move(copy, chain, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** A chain with another content, and the manifest's lines about it too; signed by this key, where there is one. */
    private void rewrite(byte[] seed) throws IOException {
        Path chain = looseChain();
        List<String> lines = new ArrayList<>(Files.readAllLines(chain));
        int changed = random.nextInt(lines.size());
        change(lines, changed);
        List<String> anew = Trail.relinked(lines, 0);
        Files.write(chain, anew);
        List<String> list = new ArrayList<>(Files.readAllLines(trail.folder.resolve(manifest)));
        for (int i = 0; i < list.size(); i++) {
            for (int j = 0; j < lines.size(); j++) {
                String was = Sha256.hex(original(chain).get(j).getBytes(UTF_8));
                list.set(i, list.get(i).replace(was, Sha256.hex(anew.get(j).getBytes(UTF_8))));
            }
        }
        if (seed == null) {
            Files.write(trail.folder.resolve(manifest), Trail.relinked(list, 0));
            return;
        }
        byte[] publicKey = new byte[32];
        Ed25519.publicKey(seed, publicKey);
        String key = Base64.getEncoder().encodeToString(publicKey);
        boolean allOwn = random.nextBoolean();
        List<String> signed = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            String prev = i == 0 ? Chain.NONE : Sha256.hex(signed.get(i - 1).getBytes(UTF_8));
            String line = list.get(i).replaceFirst("\"prev\":\"[0-9a-f]*\"", "\"prev\":\"" + prev + "\"");
            if (allOwn) {
                line = line.replaceFirst("\"key\":\"[^\"]*\"", "\"key\":\"" + key + "\"");
            }
            int at = line.lastIndexOf(Manifest.SIGNATURE);
            if (at > 0) {
                byte[] signature = new byte[64];
                Ed25519.sign(seed, Manifest.message(line.substring(0, at).getBytes(UTF_8)), signature);
                line = line.substring(0, at) + Manifest.SIGNATURE
                        + Base64.getEncoder().encodeToString(signature) + "\"}";
            }
            signed.add(line);
        }
        Files.write(trail.folder.resolve(manifest), signed);
    }

    /** A chain is deleted, and a mark that the key of now signed says where it is. */
    private void forgeJoined() throws IOException {
        Path gone = looseChain();
        String chain = gone.getFileName().toString();
        String day = chain.substring(0, 8);
        String uid = manifest.substring(Manifest.PREFIX.length());
        String fresh = day + Tidy.JOINED + uid + "-1.0a0b0c0d.jsonl";
        List<String> loose = new ArrayList<>(names);
        loose.removeIf(name -> name.equals(manifest) || name.contains(Tidy.JOINED) || name.equals(chain));
        String other = loose.get(random.nextInt(loose.size()));
        byte[] content = original.get(other);
        switch (random.nextInt(6)) {
            case 0:
                sign(now(), joined(names.get(0), original.get(names.get(0)), List.of(chain)));
                break;
            case 1:
                sign(now(), joined(other, content, List.of(chain)));
                break;
            case 2:
                sign(now(), joined(other, content, List.of(other, chain)));
                break;
            case 3:
                Files.write(trail.folder.resolve(fresh), content);
                sign(now(), joined(fresh, content, List.of(other, chain)));
                break;
            case 4:
                Files.write(trail.folder.resolve(fresh), content);
                Files.delete(trail.folder.resolve(other));
                sign(now(), joined(fresh, content, List.of(other, chain)));
                break;
            default:
                Files.write(trail.folder.resolve(fresh), new byte[0]);
                sign(now(), joined(fresh, new byte[0], List.of(chain)));
        }
        Files.delete(gone);
    }

    /** A chain of today is deleted for its age: at a time that is to come, or as what an old file held. */
    private void forgePruned() throws IOException {
        Path gone = looseChain();
        String chain = gone.getFileName().toString();
        String uid = manifest.substring(Manifest.PREFIX.length());
        String old = "20200101" + Tidy.JOINED + uid + "-1.0a0b0c0d.jsonl";
        switch (random.nextInt(3)) {
            case 0:
                sign("2099-01-01T00:00:00Z", pruned(chain));
                break;
            case 1:
                sign(now(), pruned(chain));
                break;
            default:
                sign(now(), joined(old, new byte[0], List.of(chain)));
                sign(now(), pruned(old));
        }
        Files.delete(gone);
    }

    /** Somebody else's manifest says that a chain is in its joined file, or was too old. */
    private void secondManifest() throws IOException {
        Path gone = looseChain();
        String chain = gone.getFileName().toString();
        String file = chain.substring(0, 8) + Tidy.JOINED + "x-1.0a0b0c0d.jsonl";
        List<String> of = Files.readAllLines(gone);
        Manifest second = new Manifest(trail.folder.toFile(), "x", "host", Heads.nowhere());
        second.began(chain, Sha256.hex(of.get(0).getBytes(UTF_8)));
        switch (random.nextInt(4)) {
            case 0:
                Files.write(trail.folder.resolve(file), new byte[0]);
                second.sign(joined(file, new byte[0], List.of(chain)));
                break;
            case 1:
                String one = of.get(0) + "\n";
                Files.writeString(trail.folder.resolve(file), one);
                second.sign(joined(file, one.getBytes(UTF_8), List.of(chain)));
                break;
            case 2:
                String own = Trail.line(1, Chain.NONE, Map.of("event", "chain"));
                String its = chain.replace(".jsonl", "0.jsonl");
                second.began(its, Sha256.hex(own.getBytes(UTF_8)));
                Files.writeString(trail.folder.resolve(file), own + "\n");
                second.sign(joined(file, (own + "\n").getBytes(UTF_8), List.of(its, chain)));
                break;
            default:
                second.sign(pruned(chain));
        }
        Files.delete(gone);
    }

    private static String now() {
        return new Clock().now();
    }

    private static Map<String, Object> joined(String file, byte[] content, List<String> chains) {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("event", "joined");
        event.put("file", file);
        event.put("sha256", Sha256.hex(content));
        event.put("chains", chains);
        return event;
    }

    private static Map<String, Object> pruned(String file) {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("event", "pruned");
        event.put("keepDays", 1L);
        event.put("files", List.of(file));
        return event;
    }

    /** Appends a line to the manifest with the stolen key, which it leaves in its place. */
    private void sign(String time, Map<String, Object> event) throws IOException {
        byte[] seed = stolen();
        byte[] publicKey = new byte[32];
        Ed25519.publicKey(seed, publicKey);
        List<String> lines = new ArrayList<>(Files.readAllLines(trail.manifestFile()));
        Map<String, Object> signed = new LinkedHashMap<>(event);
        signed.put("key", Base64.getEncoder().encodeToString(publicKey));
        JsonBuffer line = new JsonBuffer(512);
        Line.open(line, lines.size() + 1, Sha256.hex(lines.get(lines.size() - 1).getBytes(UTF_8)), time, signed);
        byte[] signature = new byte[64];
        Ed25519.sign(seed, Manifest.message(line.toBytes()), signature);
        lines.add(new String(line.toBytes(), UTF_8) + Manifest.SIGNATURE
                + Base64.getEncoder().encodeToString(signature) + "\"}");
        Files.write(trail.manifestFile(), lines);
    }

    private byte[] stolen() throws IOException {
        for (String line : Files.readAllLines(trail.keyFile())) {
            if (!line.startsWith("0".repeat(64))) {
                byte[] seed = new byte[32];
                for (int i = 0; i < seed.length; i++) {
                    seed[i] = (byte) Integer.parseInt(line.substring(2 * i, 2 * i + 2), 16);
                }
                return seed;
            }
        }
        throw new AssertionError("no key");
    }

    private List<String> original(Path chain) {
        return List.of(new String(original.get(chain.getFileName().toString()), UTF_8).split("\n"));
    }

    private Path looseChain() {
        List<String> loose = new ArrayList<>(names);
        loose.removeIf(name -> name.equals(manifest) || name.contains(Tidy.JOINED));
        return trail.folder.resolve(loose.get(random.nextInt(loose.size())));
    }

    private void change(List<String> lines, int line) {
        lines.set(
                line, lines.get(line).replaceFirst("\"event\":", "\"added\":" + random.nextInt(1000) + ",\"event\":"));
    }

    private static boolean same(Map<String, byte[]> a, Map<String, byte[]> b) {
        if (!a.keySet().equals(b.keySet())) {
            return false;
        }
        for (Map.Entry<String, byte[]> file : new LinkedHashMap<>(a).entrySet()) {
            if (!Arrays.equals(file.getValue(), b.get(file.getKey()))) {
                return false;
            }
        }
        return true;
    }
}
