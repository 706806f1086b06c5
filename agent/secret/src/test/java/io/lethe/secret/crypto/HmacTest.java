package io.lethe.secret.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.secret.Hex;
import java.util.Random;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HmacTest {

    // RFC 4231: cases 1, 2, 3, 4, 6 and 7; the third column holds SHA-256, the fourth SHA-512.
    @ParameterizedTest
    @CsvSource({
        "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b, 4869205468657265,"
                + " b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7,"
                + " 87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cde"
                + "daa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854",
        "4a656665, 7768617420646f2079612077616e7420666f72206e6f7468696e673f,"
                + " 5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843,"
                + " 164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
                + "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737",
    })
    void rfc4231(String key, String message, String sha256, String sha512) {
        byte[] keyBytes = Hex.bytes(key);
        assertThat(run(Hmac.sha256(keyBytes, 0, keyBytes.length), Hex.bytes(message)))
                .isEqualTo(Hex.bytes(sha256));
        assertThat(run(Hmac.sha512(keyBytes, 0, keyBytes.length), Hex.bytes(message)))
                .isEqualTo(Hex.bytes(sha512));
    }

    @Test
    void rfc4231_keyLongerThanABlock() {
        byte[] key = new byte[131];
        java.util.Arrays.fill(key, (byte) 0xaa);
        byte[] message = "Test Using Larger Than Block-Size Key - Hash Key First".getBytes();
        assertThat(Hex.text(run(Hmac.sha256(key, 0, key.length), message)))
                .isEqualTo("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    }

    @ParameterizedTest
    @CsvSource({"HmacSHA1", "HmacSHA256", "HmacSHA512"})
    void everyKeyAndMessageLength_isWhatTheJdkSays(String algorithm) throws Exception {
        Random random = new Random(2);
        Mac mac = Mac.getInstance(algorithm);
        for (int length = 0; length <= 300; length++) {
            byte[] key = new byte[1 + random.nextInt(300)];
            byte[] message = new byte[length];
            random.nextBytes(key);
            random.nextBytes(message);
            mac.init(new SecretKeySpec(key, algorithm));
            byte[] shifted = new byte[key.length + 7];
            System.arraycopy(key, 0, shifted, 7, key.length);
            Hmac hmac = switch (algorithm) {
                case "HmacSHA1" -> Hmac.sha1(shifted, 7, key.length);
                case "HmacSHA256" -> Hmac.sha256(shifted, 7, key.length);
                default -> Hmac.sha512(shifted, 7, key.length);
            };
            byte[] expected = mac.doFinal(message);
            byte[] out = new byte[hmac.length()];
            for (int round = 0; round < 2; round++) {
                hmac.update(message, 0, length / 2);
                hmac.update(message, length / 2, length - length / 2);
                hmac.doFinal(out, 0);
                assertThat(out).isEqualTo(expected);
            }
            hmac.close();
        }
    }

    @Test
    void closed_refusesUse() {
        Hmac hmac = Hmac.sha256(new byte[1], 0, 1);
        hmac.close();
        assertThatThrownBy(() -> hmac.update(new byte[1])).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> hmac.doFinal(new byte[32], 0)).isInstanceOf(IllegalStateException.class);
    }

    static byte[] run(Hmac hmac, byte[] message) {
        try (hmac) {
            byte[] out = new byte[hmac.length()];
            hmac.update(message);
            hmac.doFinal(out, 0);
            return out;
        }
    }
}
