package io.lethe.broker.vault;

import io.lethe.broker.BrokerException;
import io.lethe.secret.Wipe;
import io.lethe.secret.crypto.Ed25519;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;

/**
 * What an administrator holds: the key that signs the index and an age identity that opens every secret. Its file is an
 * age identity file, whose signing key stands in a comment line: so {@code age -d -i admin.key FILE} works where
 * nothing else does.
 *
 * <p>Loaded by the command line's loader only. One thread; {@link #close()} overwrites both keys.
 */
final class AdminKey implements AutoCloseable {

    private static final String WHAT = "the admin key";
    private static final String LEAD = "# signing key: ";
    private static final String PREFIX = "LETHE-ADMIN-KEY-";

    private final byte[] seed;
    private final byte[] identity;

    private AdminKey(byte[] seed, byte[] identity) {
        this.seed = seed;
        this.identity = identity;
    }

    static AdminKey generate() {
        byte[] seed = new byte[Ed25519.PRIVATE_KEY_LENGTH];
        Ed25519.generate(new SecureRandom(), seed);
        return new AdminKey(seed, AgeKey.generate());
    }

    static AdminKey read(Path file) throws BrokerException {
        byte[] seed = KeyFile.read(file, WHAT, text -> {
            byte[] key = new byte[Ed25519.PRIVATE_KEY_LENGTH];
            if (!KeyFile.findKey(text, LEAD, PREFIX, key)) {
                Wipe.bytes(key);
                throw new BrokerException(
                        BrokerException.Kind.BROKEN,
                        WHAT + " " + file + " holds no signing key; restore it from a backup");
            }
            return key;
        });
        boolean read = false;
        try {
            AdminKey admin = new AdminKey(seed, AgeKey.readIdentity(file, WHAT));
            read = true;
            return admin;
        } finally {
            if (!read) {
                Wipe.bytes(seed);
            }
        }
    }

    /** The text of its file; the caller wipes it. */
    byte[] file() {
        byte[] head = ("# Whoever reads this file reads and grants every secret of the vault. Keep a copy offline.\n"
                        + "# verifying key: " + verifier() + "\n")
                .getBytes(StandardCharsets.UTF_8);
        byte[] seedLine = KeyFile.keyLine(LEAD, PREFIX, seed);
        byte[] identityFile = AgeKey.identityFile(identity);
        byte[] text = new byte[head.length + seedLine.length + identityFile.length];
        System.arraycopy(head, 0, text, 0, head.length);
        System.arraycopy(seedLine, 0, text, head.length, seedLine.length);
        System.arraycopy(identityFile, 0, text, head.length + seedLine.length, identityFile.length);
        Wipe.bytes(seedLine, identityFile);
        return text;
    }

    /** What configurations pin. */
    String verifier() {
        byte[] publicKey = new byte[Ed25519.PUBLIC_KEY_LENGTH];
        Ed25519.publicKey(seed, publicKey);
        return SignedNote.verifier(publicKey);
    }

    String recipient() {
        return AgeKey.recipientOf(identity);
    }

    byte[] sign(byte[] text) {
        return SignedNote.sign(text, seed);
    }

    /** Opens one age file; the caller wipes the result. */
    byte[] open(byte[] file) throws AgeException {
        return Age.decrypt(file, identity);
    }

    @Override
    public void close() {
        Wipe.bytes(seed, identity);
    }
}
