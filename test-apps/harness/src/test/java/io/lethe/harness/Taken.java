package io.lethe.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What must not have reached a server, nor an output: a secret or a stretch of one, what it is in Base64, and a marker.
 * Immutable.
 */
final class Taken {

    /** Shorter stretches could be chance. */
    private static final int STRETCH = 8;

    /** The marker's alphabet, as long as the shortest marker. */
    private static final Pattern MARKER = Pattern.compile("~[$@\\[\\]~^}<{`#>|+'!]{7,}");

    private final List<byte[]> secrets;

    Taken(byte[]... secrets) {
        this.secrets = List.of(secrets);
    }

    /** Fails if any of it, or a reference, is in what this server received. */
    void isNotIn(HttpRecorder server) {
        String text = server.text();
        List<String> found = found(text);
        for (String reference : new String[] {"lethe:", "bGV0aGU6"}) {
            if (text.contains(reference)) {
                found.add("a reference");
            }
        }
        assertThat(found).as("what must not have reached the server").isEmpty();
    }

    /** Fails if any of it is in this text, which is Latin-1 or ASCII. */
    void isNotIn(String text) {
        assertThat(found(text)).as("secrets and markers in what came out").isEmpty();
    }

    /** What is the same in Base64 of every text that a secret stands in: its middle, at each of the three alignments. */
    private static List<String> inBase64(byte[] secret) {
        List<String> all = new ArrayList<>();
        for (int skip = 0; skip < 3 && secret.length > STRETCH; skip++) {
            int length = (secret.length - skip) / 3 * 3;
            byte[] middle = Arrays.copyOfRange(secret, skip, skip + length);
            all.add(Base64.getEncoder().encodeToString(middle));
        }
        return all;
    }

    private List<String> found(String text) {
        List<String> found = new ArrayList<>();
        for (byte[] secret : secrets) {
            String latin1 = new String(secret, StandardCharsets.ISO_8859_1);
            for (int i = 0; i + STRETCH <= latin1.length(); i++) {
                if (text.contains(latin1.substring(i, i + STRETCH))) {
                    found.add("a secret from its character " + i + " on");
                }
            }
            for (String coded : inBase64(secret)) {
                if (text.contains(coded)) {
                    found.add("a secret in Base64");
                }
            }
        }
        if (MARKER.matcher(text).find()) {
            found.add("a marker");
        }
        return found;
    }
}
