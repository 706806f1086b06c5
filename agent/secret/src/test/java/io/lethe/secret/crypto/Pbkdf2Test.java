package io.lethe.secret.crypto;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.lethe.secret.Hex;
import java.lang.management.ManagementFactory;
import java.util.Base64;
import java.util.Random;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** SHA-256 in place, as under the agent; SHA-1 and SHA-512 with clones. */
class Pbkdf2Test {

    @BeforeAll
    static void reach() {
        assertThat(Sha256Words.reach()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "password, salt, 1, 0c60c80f961f0e71f3a9b524af6012062fe037a6",
        "password, salt, 2, ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957",
        "password, salt, 4096, 4b007901b765489abead49d926f721d065a429c1",
        "passwordPASSWORDpassword, saltSALTsaltSALTsaltSALTsaltSALTsalt, 4096,"
                + " 3d2eec4fe41c849b80c8d83662c0e44a8b291a964cf2f07038",
    })
    void rfc6070_sha1(String password, String salt, int iterations, String expected) {
        byte[] key = password.getBytes(ISO_8859_1);
        byte[] wanted = Hex.bytes(expected);
        byte[] out = new byte[wanted.length];
        try (Hmac hmac = Hmac.sha1(key, 0, key.length)) {
            Pbkdf2.derive(hmac, salt.getBytes(ISO_8859_1), iterations, out);
        }
        assertThat(out).isEqualTo(wanted);
    }

    @Test
    void rfc7914_sha256() {
        byte[] out = new byte[64];
        try (Hmac hmac = Hmac.sha256("passwd".getBytes(ISO_8859_1), 0, 6)) {
            Pbkdf2.derive(hmac, "salt".getBytes(ISO_8859_1), 1, out);
        }
        assertThat(Hex.text(out))
                .isEqualTo("55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"
                        + "49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783");
    }

    @Test
    void rfc7677_theWholeScramExchange() {
        String clientFirstBare = "n=user,r=rOprNGfwEbeRWgbNEkqO";
        String serverFirst = "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
        String withoutProof = "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
        byte[] auth = (clientFirstBare + "," + serverFirst + "," + withoutProof).getBytes(ISO_8859_1);
        byte[] salted = new byte[32];
        try (Hmac password = Hmac.sha256("pencil".getBytes(ISO_8859_1), 0, 6)) {
            Pbkdf2.derive(password, Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ=="), 4096, salted);
        }
        byte[] clientKey = HmacTest.run(Hmac.sha256(salted, 0, 32), "Client Key".getBytes(ISO_8859_1));
        byte[] stored = new byte[32];
        try (WipingDigest sha256 = WipingDigest.sha256()) {
            sha256.update(clientKey);
            sha256.digest(stored, 0);
        }
        byte[] signature = HmacTest.run(Hmac.sha256(stored, 0, 32), auth);
        byte[] proof = new byte[32];
        for (int i = 0; i < 32; i++) {
            proof[i] = (byte) (clientKey[i] ^ signature[i]);
        }
        byte[] serverKey = HmacTest.run(Hmac.sha256(salted, 0, 32), "Server Key".getBytes(ISO_8859_1));
        assertThat(Base64.getEncoder().encodeToString(proof)).isEqualTo("dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
        assertThat(Base64.getEncoder().encodeToString(HmacTest.run(Hmac.sha256(serverKey, 0, 32), auth)))
                .isEqualTo("6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
    }

    @ParameterizedTest
    @CsvSource({"SHA1", "SHA256", "SHA512"})
    void everyLength_isWhatTheJdkSays(String hash) throws Exception {
        Random random = new Random(3);
        SecretKeyFactory jdk = SecretKeyFactory.getInstance("PBKDF2WithHmac" + hash);
        for (int length = 1; length <= 300; length += 7) {
            char[] password = random.ints(1 + length % 150, 33, 127)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString()
                    .toCharArray();
            byte[] key = new String(password).getBytes(ISO_8859_1);
            byte[] salt = new byte[1 + length];
            random.nextBytes(salt);
            int iterations = 1 + random.nextInt(9);
            byte[] out = new byte[length];
            try (Hmac hmac = switch (hash) {
                case "SHA1" -> Hmac.sha1(key, 0, key.length);
                case "SHA256" -> Hmac.sha256(key, 0, key.length);
                default -> Hmac.sha512(key, 0, key.length);
            }) {
                Pbkdf2.derive(hmac, salt, iterations, out);
            }
            byte[] expected = jdk.generateSecret(new PBEKeySpec(password, salt, iterations, 8 * length))
                    .getEncoded();
            assertThat(out).isEqualTo(expected);
        }
    }

    @Test
    void sha256_makesNoGarbageForEachIteration() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long id = Thread.currentThread().getId();
        byte[] out = new byte[32];
        try (Hmac hmac = Hmac.sha256("passwd".getBytes(ISO_8859_1), 0, 6)) {
            Pbkdf2.derive(hmac, "salt".getBytes(ISO_8859_1), 2, out);
            long before = threads.getThreadAllocatedBytes(id);
            Pbkdf2.derive(hmac, "salt".getBytes(ISO_8859_1), 4096, out);
            assertThat(threads.getThreadAllocatedBytes(id) - before).isLessThan(50_000);
        }
    }

    @Test
    void noIterations_isRefused() {
        try (Hmac hmac = Hmac.sha256(new byte[1], 0, 1)) {
            assertThatThrownBy(() -> Pbkdf2.derive(hmac, new byte[1], 0, new byte[1]))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
