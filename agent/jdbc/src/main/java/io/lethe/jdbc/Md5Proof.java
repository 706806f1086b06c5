package io.lethe.jdbc;

import io.lethe.secret.Window;
import io.lethe.secret.Wipe;
import io.lethe.secret.crypto.WipingDigest;
import java.nio.charset.StandardCharsets;

/**
 * PostgreSQL's answer to an MD5 challenge: {@code "md5" + hex(md5(hex(md5(password + user)) + salt))}. The inner hash is what the
 * server stores and enough to log in, so it dies here.
 *
 * <p>Loaded by the agent loader. Used once, by the thread that connects.
 */
final class Md5Proof implements LoginProof {

    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private final byte[] user;
    private final byte[] salt;

    Md5Proof(byte[] user, byte[] salt) {
        this.user = user;
        this.salt = salt;
    }

    @Override
    public byte[] derive(Window window) {
        byte[] inner = new byte[16];
        byte[] hex = new byte[32];
        byte[] answer = new byte[35];
        try (WipingDigest digest = WipingDigest.md5()) {
            digest.update(window.bytes(), 0, window.bytes().length);
            digest.update(user, 0, user.length);
            digest.digest(inner, 0);
            window.close();
            toHex(inner, hex, 0);
            digest.update(hex, 0, hex.length);
            digest.update(salt, 0, salt.length);
            digest.digest(inner, 0);
            answer[0] = 'm';
            answer[1] = 'd';
            answer[2] = '5';
            toHex(inner, answer, 3);
        } finally {
            Wipe.bytes(inner);
            Wipe.bytes(hex);
        }
        return answer;
    }

    @Override
    public int arrays() {
        return 3;
    }

    private static void toHex(byte[] bytes, byte[] out, int offset) {
        for (int i = 0; i < bytes.length; i++) {
            out[offset + 2 * i] = HEX[(bytes[i] >> 4) & 15];
            out[offset + 2 * i + 1] = HEX[bytes[i] & 15];
        }
    }
}
