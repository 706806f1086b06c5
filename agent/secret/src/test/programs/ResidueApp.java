import io.lethe.secret.Base64Bytes;
import io.lethe.secret.Bech32;
import io.lethe.secret.GcWatch;
import io.lethe.secret.SaslPrep;
import io.lethe.secret.Sealed;
import io.lethe.secret.Utf8;
import io.lethe.secret.Window;
import io.lethe.secret.Wipe;
import io.lethe.secret.crypto.ChaCha20Poly1305;
import io.lethe.secret.crypto.Hkdf;
import io.lethe.secret.crypto.Hmac;
import io.lethe.secret.crypto.Pbkdf2;
import io.lethe.secret.crypto.Sha256Words;
import io.lethe.secret.crypto.WipingDigest;
import io.lethe.secret.crypto.X25519;
import java.io.DataInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Uses each primitive on a secret that it reads masked, then waits to be scanned. Java 8, compiled by ResidueTest,
 * which knows the layout of the secret and what to look for.
 */
public final class ResidueApp {

    static final byte[] SALT = "0123456789abcdef".getBytes(StandardCharsets.ISO_8859_1);
    static final byte[] CLIENT_KEY = "Client Key".getBytes(StandardCharsets.ISO_8859_1);
    static Object kept;
    static MessageDigest midway;

    public static void main(String[] args) throws Exception {
        String mode = args[0];
        DataInputStream in = new DataInputStream(System.in);
        byte[] masked = new byte[in.readInt()];
        byte[] mask = new byte[masked.length];
        in.readFully(masked);
        in.readFully(mask);
        if (!mode.endsWith("clones") && !Sha256Words.reach()) {
            throw new IllegalStateException("SHA-256's words are out of reach here");
        }
        if (mode.startsWith("warm")) {
            byte[] other = new byte[masked.length];
            for (int i = 0; i < 400; i++) {
                java.util.Arrays.fill(other, (byte) ('a' + i % 20));
                use(other, i < 10 ? 4096 : 3);
            }
        }
        long mark = GcWatch.mark();
        byte[] secret = new byte[masked.length];
        for (int i = 0; i < secret.length; i++) {
            secret[i] = (byte) (masked[i] ^ mask[i]);
        }
        if (mode.equals("jdk")) {
            useJdk(secret);
        } else {
            use(secret, 4096);
            kept = Sealed.of(secret, 0, secret.length);
        }
        Wipe.bytes(secret);
        System.out.println("collections " + GcWatch.since(mark));
        System.out.flush();
        System.in.read();
        if (kept instanceof Sealed) {
            ((Sealed) kept).close();
        }
    }

    private static void use(byte[] secret, int iterations) throws Exception {
        byte[] password = new byte[32];
        byte[] scalar = new byte[32];
        byte[] text = new byte[48];
        byte[] accented = new byte[secret.length - 112];
        try {
            System.arraycopy(secret, 0, password, 0, 32);
            System.arraycopy(secret, 32, scalar, 0, 32);
            System.arraycopy(secret, 64, text, 0, 48);
            System.arraycopy(secret, 112, accented, 0, accented.length);
            digests(password);
            macs(password);
            scram(password, iterations);
            keys(scalar, text);
            encoders(password, scalar);
            texts(accented);
            try (Sealed sealed = Sealed.of(password, 0, 32);
                    Sealed copy = sealed.copy();
                    Window window = copy.open()) {
                if (window.bytes().length != 32) {
                    throw new IllegalStateException();
                }
            }
        } finally {
            Wipe.bytes(password, scalar, text, accented);
        }
    }

    private static void digests(byte[] password) {
        byte[] out = new byte[64];
        WipingDigest[] all = {WipingDigest.md5(), WipingDigest.sha1(), WipingDigest.sha256(), WipingDigest.sha512()};
        for (WipingDigest digest : all) {
            digest.update(password);
            digest.digest(out, 0);
            digest.update(password);
            digest.close();
        }
        Wipe.bytes(out);
    }

    private static void macs(byte[] password) {
        byte[] out = new byte[64];
        Hmac[] all = {Hmac.sha1(password, 0, 32), Hmac.sha256(password, 0, 32), Hmac.sha512(password, 0, 32)};
        for (Hmac mac : all) {
            mac.update(password);
            mac.doFinal(out, 0);
            mac.update(password);
            mac.close();
        }
        Wipe.bytes(out);
    }

    private static void scram(byte[] password, int iterations) {
        byte[] salted = new byte[32];
        byte[] key = new byte[32];
        byte[] stored = new byte[32];
        try (Hmac mac = Hmac.sha256(password, 0, 32)) {
            Pbkdf2.derive(mac, SALT, iterations, salted);
        }
        try (Hmac mac = Hmac.sha256(salted, 0, 32)) {
            mac.update(CLIENT_KEY);
            mac.doFinal(key, 0);
        }
        try (WipingDigest digest = WipingDigest.sha256()) {
            digest.update(key);
            digest.digest(stored, 0);
        }
        Wipe.bytes(salted, key, stored);
    }

    private static void keys(byte[] scalar, byte[] text) throws Exception {
        byte[] point = new byte[32];
        byte[] shared = new byte[32];
        byte[] prk = new byte[32];
        byte[] key = new byte[32];
        byte[] room = new byte[text.length + 16];
        byte[] back = new byte[text.length];
        X25519.publicKey(scalar, point);
        X25519.agree(scalar, point, shared);
        Hkdf.extract(SALT, shared, prk);
        Hkdf.expand(prk, CLIENT_KEY, key);
        System.arraycopy(text, 0, room, 0, text.length);
        ChaCha20Poly1305.seal(key, new byte[12], SALT, room, 0, text.length, room, 0);
        ChaCha20Poly1305.open(key, new byte[12], SALT, room, 0, room.length, back, 0);
        if (!MessageDigest.isEqual(text, back)) {
            throw new IllegalStateException();
        }
        Wipe.bytes(shared, prk, key, room, back);
    }

    private static void encoders(byte[] password, byte[] scalar) {
        byte[] base64 = new byte[Base64Bytes.encodedLength(32, true)];
        byte[] back = new byte[32];
        Base64Bytes.encode(password, 0, 32, base64, 0, true);
        Base64Bytes.decode(base64, 0, base64.length, back, 0, true);
        byte[] identity = Bech32.encode("AGE-SECRET-KEY-", scalar, 0, 32);
        Bech32.decode(ByteBuffer.wrap(identity), "AGE-SECRET-KEY-", back);
        Wipe.bytes(base64, back, identity);
        texts(password);
    }

    private static void texts(byte[] utf8) {
        char[] chars = Utf8.chars(utf8);
        Wipe.bytes(Utf8.bytes(chars, 0, chars.length), Utf8.utf16le(utf8), Utf8.utf16be(utf8), Utf8.latin1(utf8));
        Wipe.chars(chars);
        Wipe.bytes(SaslPrep.prepare(utf8));
    }

    /** What a careful program does today: every array of its own is wiped. */
    private static void useJdk(byte[] secret) throws Exception {
        byte[] password = java.util.Arrays.copyOf(secret, 32);
        char[] chars = Utf8.chars(password);
        PBEKeySpec spec = new PBEKeySpec(chars, SALT, 4096, 256);
        byte[] salted = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(spec).getEncoded();
        spec.clearPassword();
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(password, "HmacSHA256"));
        Wipe.bytes(mac.doFinal(SALT));
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update(password);
        Wipe.bytes(digest.digest());
        // a digest in the middle of an HMAC, as an Hmac that nobody closed would be
        midway = MessageDigest.getInstance("SHA-256");
        byte[] pad = java.util.Arrays.copyOf(password, 64);
        for (int i = 0; i < 64; i++) {
            pad[i] ^= 0x36;
        }
        midway.update(pad);
        Wipe.bytes(pad, salted, password);
        Wipe.chars(chars);
        kept = new Object[] {mac, digest};
    }
}
