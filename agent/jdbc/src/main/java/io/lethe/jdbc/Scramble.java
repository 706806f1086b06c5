package io.lethe.jdbc;

import io.lethe.secret.Window;
import io.lethe.secret.Wipe;
import io.lethe.secret.crypto.Ed25519;
import io.lethe.secret.crypto.WipingDigest;

/**
 * The proofs of the protocol of MariaDB and MySQL. The hash of the password is as good as the password to log in, so it dies in
 * here.
 *
 * <p>Loaded by the agent loader. Stateless.
 */
final class Scramble {

    private Scramble() {}

    /** {@code mysql_native_password}: SHA1(pw) XOR SHA1(seed + SHA1(SHA1(pw))). */
    static LoginProof nativePassword(byte[] seed) {
        return new LoginProof() {
            @Override
            public byte[] derive(Window window) {
                try (WipingDigest digest = WipingDigest.sha1()) {
                    return scramble(digest, window, seed, new byte[0]);
                }
            }

            @Override
            public int arrays() {
                return 3;
            }
        };
    }

    /** The fast way of {@code caching_sha2_password}: SHA256(pw) XOR SHA256(SHA256(SHA256(pw)) + seed). */
    static LoginProof cachingSha2(byte[] seed) {
        return new LoginProof() {
            @Override
            public byte[] derive(Window window) {
                try (WipingDigest digest = WipingDigest.sha256()) {
                    return scramble(digest, window, new byte[0], seed);
                }
            }

            @Override
            public int arrays() {
                return 3;
            }
        };
    }

    /** {@code client_ed25519}: a signature of the seed, with the password as the private key. */
    static LoginProof ed25519(byte[] seed) {
        return new LoginProof() {
            @Override
            public byte[] derive(Window window) {
                byte[] signature = new byte[Ed25519.SIGNATURE_LENGTH];
                Ed25519.sign(window, seed, signature);
                return signature;
            }

            @Override
            public int arrays() {
                return 3;
            }
        };
    }

    /** The hash, masked by what is made of the seed and the hash's own, in the one order or the other. */
    private static byte[] scramble(WipingDigest digest, Window window, byte[] seed, byte[] seedBehind) {
        int length = digest.length();
        byte[] hash = new byte[length];
        byte[] stored = new byte[length];
        byte[] answer = new byte[length];
        try {
            digest.update(window.bytes());
            digest.digest(hash, 0);
            window.close();
            digest.update(hash);
            digest.digest(stored, 0);
            digest.update(seed);
            digest.update(stored);
            digest.update(seedBehind);
            digest.digest(answer, 0);
            for (int i = 0; i < length; i++) {
                answer[i] ^= hash[i];
            }
            return answer;
        } finally {
            Wipe.bytes(hash, stored);
        }
    }
}
