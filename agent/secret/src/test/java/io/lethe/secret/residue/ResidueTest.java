package io.lethe.secret.residue;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.secret.Bech32;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.params.HKDFParameters;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs {@code ResidueApp} on each JDK (LETHE_JDKS, homes separated by colons; else the one that runs this) and looks
 * for its secret, and all that follows from it, in the whole memory of that process.
 */
class ResidueTest {

    private static final byte[] SALT = "0123456789abcdef".getBytes(ISO_8859_1);
    private static final byte[] CLIENT_KEY = "Client Key".getBytes(ISO_8859_1);

    // No collection may fall into the run: it would leave copies that no code of ours could have prevented.
    private static final List<String> HEAP =
            List.of("-XX:+UseG1GC", "-Xms256m", "-Xmx256m", "-Xmn150m", "-XX:MetaspaceSize=200m");

    // What the agent opens for itself. 8 knows no such option, and ignores it so.
    private static final List<String> OPEN = List.of(
            "-XX:+IgnoreUnrecognizedVMOptions",
            "--add-opens=java.base/java.security=ALL-UNNAMED",
            "--add-opens=java.base/sun.security.provider=ALL-UNNAMED");

    @TempDir
    private static Path classes;

    @BeforeAll
    static void compile() {
        Programs.compile(classes, "ResidueApp");
    }

    @ParameterizedTest
    @MethodSource("io.lethe.secret.residue.Programs#jdks")
    void firstUse_leavesNothing(String home) throws Exception {
        assertThat(residue(home, "cold")).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("io.lethe.secret.residue.Programs#jdks")
    void compiledCode_leavesNothing(String home) throws Exception {
        assertThat(residue(home, "warm")).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("io.lethe.secret.residue.Programs#jdks")
    void firstUse_withClones_leavesNothing(String home) throws Exception {
        assertThat(residue(home, "cold clones")).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("io.lethe.secret.residue.Programs#jdks")
    void compiledCode_withClones_leavesNothing(String home) throws Exception {
        assertThat(residue(home, "warm clones")).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("io.lethe.secret.residue.Programs#jdks")
    void positiveControl_theJdksOwnClassesLeaveTheSecretAndBothPads(String home) throws Exception {
        Map<String, Integer> found = residue(home, "jdk");
        assertThat(found).containsKeys("password raw", "password pad36", "password pad5c");
        assertThat(found).containsKeys("password midstate36 sha256", "salted raw");
    }

    private static Map<String, Integer> residue(String home, String mode) throws Exception {
        SecureRandom random = new SecureRandom();
        byte[] password = letters(random, 32).getBytes(ISO_8859_1);
        byte[] scalar = new byte[32];
        random.nextBytes(scalar);
        byte[] text = letters(random, 48).getBytes(ISO_8859_1);
        String accented = accented(letters(random, 24));
        byte[] secret = concat(password, scalar, text, accented.getBytes(UTF_8));

        List<String> flags = new ArrayList<>(HEAP);
        flags.addAll(OPEN);
        Process process = Programs.start(home, flags, classes, "ResidueApp", mode);
        try {
            process.getOutputStream().write(masked(random, secret));
            process.getOutputStream().flush();
            BufferedReader reader = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
            assertThat(reader.readLine()).isEqualTo("collections 0");
            return scan(password, scalar, text, accented).scan(process.pid());
        } finally {
            process.getOutputStream().close();
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        }
    }

    private static MemoryScan scan(byte[] password, byte[] scalar, byte[] text, String accented) throws Exception {
        MemoryScan scan = new MemoryScan();
        Patterns.addText(scan, "password", new String(password, ISO_8859_1));
        Patterns.addMidstates(scan, "password", password);
        Patterns.addText(scan, "text", new String(text, ISO_8859_1));
        Patterns.addText(scan, "accented", accented);
        Patterns.addText(scan, "prepared", Normalizer.normalize(accented, Normalizer.Form.NFKC));
        byte[] salted = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                .generateSecret(new PBEKeySpec(new String(password, ISO_8859_1).toCharArray(), SALT, 4096, 256))
                .getEncoded();
        Patterns.addReversible(scan, "salted", salted);
        Patterns.addMidstates(scan, "salted", salted);
        addBlocks(scan, password);
        Patterns.addReversible(scan, "client key", hmac(salted, CLIENT_KEY));
        for (String algorithm : new String[] {"MD5", "SHA-1", "SHA-256", "SHA-512"}) {
            byte[] digest = MessageDigest.getInstance(algorithm).digest(password);
            Patterns.addReversible(scan, "password " + algorithm, digest);
        }
        Patterns.addReversible(scan, "scalar", scalar);
        Patterns.addBech32(scan, "scalar", Arrays.copyOfRange(Bech32.encode("x", scalar, 0, 32), 2, 50));
        addAgreement(scan, scalar);
        return scan;
    }

    /** The first and the last block that PBKDF2 adds up. */
    private static void addBlocks(MemoryScan scan, byte[] password) throws Exception {
        byte[] block = hmac(password, concat(SALT, new byte[] {0, 0, 0, 1}));
        Patterns.addReversible(scan, "first block", block);
        for (int i = 1; i < 4096; i++) {
            block = hmac(password, block);
        }
        Patterns.addReversible(scan, "last block", block);
    }

    private static void addAgreement(MemoryScan scan, byte[] scalar) {
        byte[] point = new byte[32];
        byte[] shared = new byte[32];
        X25519.scalarMultBase(scalar, 0, point, 0);
        X25519.scalarMult(scalar, 0, point, 0, shared, 0);
        Patterns.addReversible(scan, "shared", shared);
        HKDFBytesGenerator hkdf = new HKDFBytesGenerator(new SHA256Digest());
        Patterns.addReversible(scan, "prk", hkdf.extractPRK(SALT, shared));
        hkdf.init(new HKDFParameters(shared, SALT, CLIENT_KEY));
        byte[] key = new byte[32];
        hkdf.generateBytes(key, 0, 32);
        Patterns.addReversible(scan, "aead key", key);
    }

    private static byte[] masked(SecureRandom random, byte[] secret) throws IOException {
        byte[] mask = new byte[secret.length];
        random.nextBytes(mask);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        DataOutputStream data = new DataOutputStream(out);
        data.writeInt(secret.length);
        for (int i = 0; i < secret.length; i++) {
            data.write(secret[i] ^ mask[i]);
        }
        data.write(mask);
        return out.toByteArray();
    }

    private static String letters(SecureRandom random, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".charAt(random.nextInt(62)));
        }
        return text.toString();
    }

    /** Every third letter gets an accent of its own, so that the whole has to be normalized, and one is a ligature. */
    private static String accented(String letters) {
        StringBuilder text = new StringBuilder("\ufb01");
        for (int i = 0; i < letters.length(); i++) {
            text.append(letters.charAt(i));
            if (i % 3 == 0) {
                text.append('\u0301');
            }
        }
        return text.toString();
    }

    private static byte[] hmac(byte[] key, byte[] message) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(message);
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
