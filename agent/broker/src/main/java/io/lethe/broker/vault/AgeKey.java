package io.lethe.broker.vault;

import io.lethe.broker.BrokerException;
import io.lethe.secret.Bech32;
import io.lethe.secret.NotSecret;
import io.lethe.secret.Wipe;
import io.lethe.secret.crypto.X25519;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;

/**
 * X25519 identities ({@code AGE-SECRET-KEY-1...} in a file as {@code age-keygen} writes it) and recipients
 * ({@code age1...}).
 *
 * <p>Loaded by the agent loader and the command line's. Stateless. An identity is an array that the caller wipes; it is
 * never text.
 */
final class AgeKey {

    private static final String IDENTITY = "AGE-SECRET-KEY-";
    private static final String RECIPIENT = "age";
    private static final int MAX_IDENTITIES = 10;
    /** Above the old key while it is being replaced. */
    private static final String REPLACED = "# replaced by the key above: lethe vault rekey takes this one away";

    private AgeKey() {}

    static byte[] generate() {
        byte[] identity = new byte[Age.KEY];
        new SecureRandom().nextBytes(identity);
        return identity;
    }

    static String recipientOf(byte[] identity) {
        byte[] recipient = new byte[Age.KEY];
        X25519.publicKey(identity, recipient);
        return recipientText(recipient);
    }

    /** In the one form in which two recipients are equal where their keys are. */
    @NotSecret("a recipient is public")
    static String recipientText(byte[] recipient) {
        return new String(Bech32.encode(RECIPIENT, recipient, 0, Age.KEY), StandardCharsets.US_ASCII);
    }

    /** @throws IllegalArgumentException where the text is none */
    static byte[] recipient(String text) {
        byte[] recipient = new byte[Age.KEY];
        if (Bech32.decode(text, RECIPIENT, recipient) != Age.KEY) {
            throw new IllegalArgumentException("a recipient has 32 bytes");
        }
        return recipient;
    }

    /** Reads the first identity of a file into an array that the caller wipes. */
    static byte[] readIdentity(Path file, String what) throws BrokerException {
        return KeyFile.read(file, what, text -> identityIn(text, file, what));
    }

    /** Reads the identity of a recipient from a file that may hold several, as below. */
    static byte[] readIdentity(Path file, String what, byte[] recipient, KeyFile.Access access) throws BrokerException {
        return KeyFile.read(file, what, access, text -> identityOf(recipient, text, file, what));
    }

    /**
     * The identity of a recipient in a text that may hold several, as it does while a key is being replaced. Where none fits,
     * the first: what it cannot open says the rest. The caller wipes the result.
     */
    static byte[] identityOf(byte[] recipient, ByteBuffer text, Path file, String what) throws BrokerException {
        byte[] identity = identityIn(text, file, what);
        byte[] other = new byte[Age.KEY];
        // One is not looked at closer: finding out whose it is costs as much as using it.
        boolean several = KeyFile.findKey(text, "", IDENTITY, other, 1);
        for (int i = 1; several && !isOf(identity, recipient) && i <= MAX_IDENTITIES; i++) {
            if (!KeyFile.findKey(text, "", IDENTITY, other, i)) {
                break;
            }
            if (isOf(other, recipient)) {
                System.arraycopy(other, 0, identity, 0, Age.KEY);
            }
        }
        Wipe.bytes(other);
        return identity;
    }

    /**
     * Whether a file holds one key only, besides one that a replacement left which did not come to its end. The key itself
     * is {@link #readIdentity}'s to look at.
     */
    static boolean isAlone(Path file, String what) throws BrokerException {
        byte[] alone = KeyFile.read(file, what, KeyFile.Access.GROUP_READS, text -> {
            int keys = KeyFile.keys(text);
            return new byte[keys == 1 || keys == 2 && KeyFile.hasLine(text, REPLACED) ? 1 : 0];
        });
        return alone.length == 1;
    }

    /** The text of an identity file that holds the old key, too, until nothing needs that any more; the caller wipes it. */
    static byte[] identityFile(byte[] identity, byte[] old) {
        byte[] first = identityFile(identity);
        byte[] lead = (REPLACED + "\n").getBytes(StandardCharsets.US_ASCII);
        byte[] second = identityText(old);
        byte[] text = new byte[first.length + lead.length + second.length];
        System.arraycopy(first, 0, text, 0, first.length);
        System.arraycopy(lead, 0, text, first.length, lead.length);
        System.arraycopy(second, 0, text, first.length + lead.length, second.length);
        Wipe.bytes(first, second);
        return text;
    }

    /** Whether an identity opens what is encrypted to a recipient. */
    static boolean isOf(byte[] identity, byte[] recipient) {
        byte[] own = new byte[Age.KEY];
        X25519.publicKey(identity, own);
        return Arrays.equals(own, recipient);
    }

    /** The text of an identity file; the caller wipes it. */
    static byte[] identityFile(byte[] identity) {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        byte[] comment = ("# created: " + Instant.now().truncatedTo(ChronoUnit.SECONDS) + "\n# public key: "
                        + recipientOf(identity) + "\n")
                .getBytes(StandardCharsets.US_ASCII);
        head.write(comment, 0, comment.length);
        byte[] key = identityText(identity);
        byte[] text = new byte[head.size() + key.length];
        System.arraycopy(head.toByteArray(), 0, text, 0, head.size());
        System.arraycopy(key, 0, text, head.size(), key.length);
        Wipe.bytes(key);
        return text;
    }

    static byte[] identityIn(ByteBuffer text, Path file, String what) throws BrokerException {
        byte[] identity = new byte[Age.KEY];
        if (!findIdentity(text, identity)) {
            Wipe.bytes(identity);
            throw new BrokerException(
                    BrokerException.Kind.BROKEN,
                    what + " " + file + " holds no AGE-SECRET-KEY-1 line; it should be a file as age-keygen writes it");
        }
        return identity;
    }

    /** Whether a file's text holds an identity, and its first one then. */
    static boolean findIdentity(ByteBuffer text, byte[] identity) {
        return KeyFile.findKey(text, "", IDENTITY, identity);
    }

    /** One line with its line feed, in upper case; the caller wipes it. */
    static byte[] identityText(byte[] identity) {
        return KeyFile.keyLine("", IDENTITY, identity);
    }
}
