package io.lethe.secret.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.secret.Hex;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChaCha20Poly1305Test {

    @Test
    void rfc8439_aead() throws Exception {
        byte[] key = Hex.bytes("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f");
        byte[] nonce = Hex.bytes("070000004041424344454647");
        byte[] aad = Hex.bytes("50515253c0c1c2c3c4c5c6c7");
        byte[] plain = ("Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, "
                        + "sunscreen would be it.")
                .getBytes(StandardCharsets.ISO_8859_1);
        byte[] out = new byte[plain.length + 16];
        ChaCha20Poly1305.seal(key, nonce, aad, plain, 0, plain.length, out, 0);
        assertThat(Hex.text(out))
                .startsWith("d31a8d34648e60db7b86afbc53ef7ec2")
                .endsWith("1ae10b594f09e26a7e902ecbd0600691");
        byte[] back = new byte[plain.length];
        assertThat(ChaCha20Poly1305.open(key, nonce, aad, out, 0, out.length, back, 0))
                .isEqualTo(plain.length);
        assertThat(back).isEqualTo(plain);
    }

    // RFC 8439, appendix A.3: the cases that break a wrong reduction.
    @ParameterizedTest
    @CsvSource({
        "0200000000000000000000000000000000000000000000000000000000000000,"
                + " ffffffffffffffffffffffffffffffff, 03000000000000000000000000000000",
        "02000000000000000000000000000000ffffffffffffffffffffffffffffffff,"
                + " 02000000000000000000000000000000, 03000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000,"
                + " fffffffffffffffffffffffffffffffff0ffffffffffffffffffffffffffffff"
                + "11000000000000000000000000000000, 05000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000,"
                + " fffffffffffffffffffffffffffffffffbfefefefefefefefefefefefefefefe"
                + "01010101010101010101010101010101, 00000000000000000000000000000000",
        "0200000000000000000000000000000000000000000000000000000000000000,"
                + " fdffffffffffffffffffffffffffffff, faffffffffffffffffffffffffffffff",
        "0100000000000000040000000000000000000000000000000000000000000000,"
                + " e33594d7505e43b900000000000000003394d7505e4379cd01000000000000000000000000000000000000000000000001"
                + "000000000000000000000000000000, 14000000000000005500000000000000",
        "0100000000000000040000000000000000000000000000000000000000000000,"
                + " e33594d7505e43b900000000000000003394d7505e4379cd010000000000000000000000000000000000000000000000,"
                + " 13000000000000000000000000000000",
    })
    void rfc8439_poly1305Reduction(String key, String message, String expected) {
        byte[] tag = new byte[16];
        byte[] bytes = Hex.bytes(message);
        try (Poly1305 mac = new Poly1305(Hex.bytes(key))) {
            mac.updatePadded(bytes, 0, bytes.length);
            mac.tag(tag);
        }
        assertThat(Hex.text(tag)).isEqualTo(expected);
    }

    @Test
    void everyLength_isWhatTheJdkSays_inPlaceToo() throws Exception {
        Random random = new Random(5);
        for (int length = 0; length <= 300; length++) {
            byte[] key = random(random, 32);
            byte[] nonce = random(random, 12);
            byte[] aad = random(random, random.nextInt(40));
            byte[] plain = random(random, length);
            Cipher jdk = Cipher.getInstance("ChaCha20-Poly1305");
            jdk.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "ChaCha20"), new IvParameterSpec(nonce));
            jdk.updateAAD(aad);
            byte[] expected = jdk.doFinal(plain);
            byte[] inPlace = Arrays.copyOf(plain, length + 16);
            ChaCha20Poly1305.seal(key, nonce, aad, inPlace, 0, length, inPlace, 0);
            assertThat(inPlace).isEqualTo(expected);
            ChaCha20Poly1305.open(key, nonce, aad, inPlace, 0, length + 16, inPlace, 0);
            assertThat(Arrays.copyOf(inPlace, length)).isEqualTo(plain);
        }
    }

    @Test
    void anyBitChanged_isRefusedAndNothingIsWritten() {
        Random random = new Random(6);
        byte[] key = random(random, 32);
        byte[] nonce = random(random, 12);
        byte[] aad = random(random, 5);
        byte[] sealed = new byte[40 + 16];
        ChaCha20Poly1305.seal(key, nonce, aad, random(random, 40), 0, 40, sealed, 0);
        for (int bit = 0; bit < 8 * sealed.length; bit++) {
            byte[] bad = sealed.clone();
            bad[bit / 8] ^= (byte) (1 << bit % 8);
            byte[] out = new byte[40];
            assertThatThrownBy(() -> ChaCha20Poly1305.open(key, nonce, aad, bad, 0, bad.length, out, 0))
                    .isInstanceOf(AEADBadTagException.class);
            assertThat(out).containsOnly(0);
        }
        assertThatThrownBy(() -> ChaCha20Poly1305.open(key, nonce, new byte[5], sealed, 0, 56, new byte[40], 0))
                .isInstanceOf(AEADBadTagException.class);
        assertThatThrownBy(() -> ChaCha20Poly1305.open(key, nonce, aad, sealed, 0, 15, new byte[40], 0))
                .isInstanceOf(AEADBadTagException.class);
    }

    @Test
    void shiftedWithinOneArray_isRefused() {
        byte[] array = new byte[64];
        assertThatThrownBy(() -> ChaCha20Poly1305.seal(new byte[32], new byte[12], new byte[0], array, 0, 16, array, 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static byte[] random(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
