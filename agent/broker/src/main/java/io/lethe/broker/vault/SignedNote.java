package io.lethe.broker.vault;

import io.lethe.broker.digest.Sha256;
import io.lethe.secret.NotSecret;
import io.lethe.secret.crypto.Ed25519;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Texts with a signature below them, in the form of C2SP signed-note: the text, an empty line, lines of
 * {@code — <name> <base64 of key id and signature>}. A verifying key is written {@code <name>+<key id>+<base64>}.
 *
 * <p>Loaded by the agent loader (which verifies) and the command line's. Stateless.
 */
final class SignedNote {

    private static final String NAME = "lethe-vault";
    /** C2SP signed-note: the algorithm Ed25519. */
    private static final byte ED25519 = 1;

    private static final int ID = 4;
    private static final String DASH = "\u2014 ";

    private SignedNote() {}

    static String verifier(byte[] publicKey) {
        byte[] key = typed(publicKey);
        return NAME + "+" + Sha256.toHex(keyId(key)) + "+" + Base64.getEncoder().encodeToString(key);
    }

    /** @param text ends with a line feed */
    static byte[] sign(byte[] text, byte[] privateKey) {
        byte[] publicKey = new byte[Ed25519.PUBLIC_KEY_LENGTH];
        Ed25519.publicKey(privateKey, publicKey);
        byte[] signature = new byte[Ed25519.SIGNATURE_LENGTH];
        Ed25519.sign(privateKey, text, signature);
        byte[] value = Arrays.copyOf(keyId(typed(publicKey)), ID + signature.length);
        System.arraycopy(signature, 0, value, ID, signature.length);
        byte[] tail = ("\n" + DASH + NAME + " " + Base64.getEncoder().encodeToString(value) + "\n")
                .getBytes(StandardCharsets.UTF_8);
        byte[] note = Arrays.copyOf(text, text.length + tail.length);
        System.arraycopy(tail, 0, note, text.length, tail.length);
        return note;
    }

    /** The text above the signatures, null where the note has none. */
    static byte @Nullable [] text(byte[] note) {
        int split = split(note);
        return split < 0 ? null : Arrays.copyOf(note, split);
    }

    /** Whether one of the signatures is one of this key. */
    @NotSecret("the index and its signature are public")
    static boolean verify(byte[] note, String verifier) {
        byte[] key = key(verifier);
        byte[] text = text(note);
        if (key == null || text == null) {
            return false;
        }
        byte[] id = keyId(key);
        byte[] publicKey = Arrays.copyOfRange(key, 1, key.length);
        String lines = new String(note, text.length + 1, note.length - text.length - 1, StandardCharsets.UTF_8);
        for (String line : lines.split("\n")) {
            byte[] value = line.startsWith(DASH + NAME + " ")
                    ? decode(line.substring(DASH.length() + NAME.length() + 1))
                    : null;
            if (value != null
                    && value.length == ID + Ed25519.SIGNATURE_LENGTH
                    && Arrays.equals(id, Arrays.copyOf(value, ID))) {
                return Ed25519.verify(publicKey, text, Arrays.copyOfRange(value, ID, value.length));
            }
        }
        return false;
    }

    /** Whether this text is a verifying key at all. */
    static boolean isVerifier(String verifier) {
        return key(verifier) != null;
    }

    /** The key with its algorithm byte, null where the text is no verifying key of ours. */
    private static byte @Nullable [] key(String verifier) {
        String[] parts = verifier.split("\\+", 3);
        byte[] key = parts.length == 3 && parts[0].equals(NAME) ? decode(parts[2]) : null;
        boolean good = key != null
                && key.length == 1 + Ed25519.PUBLIC_KEY_LENGTH
                && key[0] == ED25519
                && parts[1].equals(Sha256.toHex(keyId(key)));
        return good ? key : null;
    }

    private static byte[] typed(byte[] publicKey) {
        byte[] key = new byte[1 + publicKey.length];
        key[0] = ED25519;
        System.arraycopy(publicKey, 0, key, 1, publicKey.length);
        return key;
    }

    private static byte[] keyId(byte[] typedKey) {
        byte[] name = (NAME + "\n").getBytes(StandardCharsets.UTF_8);
        byte[] named = Arrays.copyOf(name, name.length + typedKey.length);
        System.arraycopy(typedKey, 0, named, name.length, typedKey.length);
        return Arrays.copyOf(Sha256.of(named), ID);
    }

    private static byte @Nullable [] decode(String base64) {
        try {
            byte[] bytes = Base64.getDecoder().decode(base64);
            // The JDK passes over stray bits in the last digit; here one content has one text.
            return Base64.getEncoder().encodeToString(bytes).equals(base64) ? bytes : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Length of the text: up to the last empty line, which is not part of it. */
    private static int split(byte[] note) {
        if (note.length == 0 || note[note.length - 1] != '\n') {
            return -1;
        }
        for (int i = note.length - 2; i > 0; i--) {
            if (note[i] == '\n' && note[i - 1] == '\n') {
                return i;
            }
        }
        return -1;
    }
}
