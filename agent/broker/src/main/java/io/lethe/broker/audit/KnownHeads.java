package io.lethe.broker.audit;

import java.io.BufferedReader;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Heads that were kept out of the writing user's reach: lines of manifests as {@link Heads} sent them, and hashes of any line.
 * What is not found in the trail any more shows that it was changed.
 *
 * <p>Loaded by the command line's loader. One thread.
 */
public final class KnownHeads {

    private static final int HASH = 64;

    /** By manifest and line, the hash. */
    private final Map<String, Map<Long, String>> lines = new TreeMap<>();

    private final Map<String, String> contradictions = new LinkedHashMap<>();
    private final Set<String> hashes = new TreeSet<>();

    /** The hash of a line of any chain or manifest. */
    public void add(String hash) {
        hashes.add(hash);
    }

    /**
     * Reads heads from any text that holds them: a syslog file, an export of the journal, a list of hashes.
     *
     * @param host whose lines count; null for all
     * @return how many there were
     */
    public int read(File file, @Nullable String host) throws AuditException {
        int count = 0;
        try (BufferedReader in =
                new BufferedReader(new InputStreamReader(new FileInputStream(file), StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                int at = line.indexOf(Heads.MARK);
                if (at >= 0) {
                    count += take(line.substring(at + Heads.MARK.length()), host) ? 1 : 0;
                } else if (isHash(line.trim())) {
                    hashes.add(line.trim());
                    count++;
                }
            }
        } catch (IOException e) {
            throw new AuditException("the heads in " + file + " cannot be read (" + e.getMessage() + ")", e);
        }
        return count;
    }

    private boolean take(String text, @Nullable String host) {
        Map<String, String> values = new HashMap<>();
        for (String word : text.trim().split(" ")) {
            int equals = word.indexOf('=');
            if (equals > 0) {
                values.putIfAbsent(word.substring(0, equals), word.substring(equals + 1));
            }
        }
        String manifest = values.get("manifest");
        String head = values.get("head");
        if (manifest == null || head == null || head.length() < HASH || !isHash(head.substring(0, HASH))) {
            return false;
        }
        if (host != null && !host.equals(values.get("host"))) {
            return false;
        }
        long seq;
        try {
            seq = Long.parseLong(String.valueOf(values.get("seq")));
        } catch (NumberFormatException e) {
            return false;
        }
        String hash = head.substring(0, HASH);
        String other = lines.computeIfAbsent(manifest, m -> new TreeMap<>()).putIfAbsent(seq, hash);
        if (other != null && !other.equals(hash)) {
            contradictions.put(
                    manifest + " line " + seq,
                    "two heads were kept of line " + seq + " of " + manifest
                            + ": the trail was written anew, or two hosts use that name (--host NAME takes the lines of one)");
        }
        return true;
    }

    private static boolean isHash(String text) {
        if (text.length() != HASH) {
            return false;
        }
        for (int i = 0; i < HASH; i++) {
            if (Character.digit(text.charAt(i), 16) < 0 || text.charAt(i) > 'f') {
                return false;
            }
        }
        return true;
    }

    /** Whether there is none. */
    public boolean isEmpty() {
        return lines.isEmpty() && hashes.isEmpty();
    }

    /** Takes note of a line. @return whether a head that was kept is of it */
    boolean found(String manifest, long line, String hash) {
        boolean found = hashes.remove(hash);
        Map<Long, String> of = lines.get(manifest);
        if (of != null && hash.equals(of.get(line))) {
            of.remove(line);
            found = true;
        }
        return found;
    }

    boolean found(String hash) {
        return hashes.remove(hash);
    }

    /** What was not found, a sentence each. */
    List<String> missing() {
        List<String> missing = new ArrayList<>(contradictions.values());
        for (Map.Entry<String, Map<Long, String>> manifest : lines.entrySet()) {
            for (Map.Entry<Long, String> line : manifest.getValue().entrySet()) {
                missing.add("the head " + line.getValue() + " that was kept of line " + line.getKey() + " of "
                        + manifest.getKey() + " is not in it: it was cut, written anew or deleted");
            }
        }
        for (String hash : hashes) {
            missing.add("no chain and no manifest holds the head " + hash);
        }
        return missing;
    }
}
