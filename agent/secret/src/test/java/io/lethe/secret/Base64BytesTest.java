package io.lethe.secret;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Base64BytesTest {

    @Test
    void anyPartOfTheText_isThatOfTheJdk() {
        for (int length = 0; length < 40; length++) {
            byte[] bytes = new byte[length];
            for (int i = 0; i < length; i++) {
                bytes[i] = (byte) (i * 37 + length * 11);
            }
            byte[] padded = Base64.getEncoder().encode(bytes);
            byte[] plain = Base64.getEncoder().withoutPadding().encode(bytes);
            try (Sealed sealed = Sealed.of(bytes.clone(), 0, length)) {
                for (int i = 0; i < padded.length; i++) {
                    assertThat(Base64Bytes.encodedAt(sealed, i, true)).isEqualTo(padded[i]);
                }
                for (int i = 0; i < plain.length; i++) {
                    assertThat(Base64Bytes.encodedAt(sealed, i, false)).isEqualTo(plain[i]);
                }
                assertThatThrownBy(() -> Base64Bytes.encodedAt(sealed, plain.length, false))
                        .isInstanceOf(IndexOutOfBoundsException.class);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void everyLength_isWhatTheJdkSays_bothWays(boolean padded) {
        Random random = new Random(9);
        Base64.Encoder jdk = padded ? Base64.getEncoder() : Base64.getEncoder().withoutPadding();
        for (int length = 0; length <= 300; length++) {
            byte[] in = new byte[length];
            random.nextBytes(in);
            byte[] expected = jdk.encode(in);
            assertThat(Base64Bytes.encodedLength(length, padded)).isEqualTo(expected.length);
            byte[] text = new byte[expected.length];
            assertThat(Base64Bytes.encode(in, 0, length, text, 0, padded)).isEqualTo(expected.length);
            assertThat(text).isEqualTo(expected);
            assertThat(Base64Bytes.decodedLength(text, 0, text.length, padded)).isEqualTo(length);
            byte[] back = new byte[length + 2];
            assertThat(Base64Bytes.decode(text, 0, text.length, back, 2, padded))
                    .isEqualTo(length);
            assertThat(back).startsWith(0, 0).endsWith(in);
        }
    }

    @Test
    void everyCharacterOutsideTheAlphabet_isRefused() {
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        for (int c = -128; c < 128; c++) {
            byte[] text = {'A', (byte) c, 'A', 'A'};
            if (c >= 0 && alphabet.indexOf(c) >= 0) {
                byte[] out = new byte[3];
                Base64Bytes.decode(text, 0, 4, out, 0, false);
                assertThat(out).isEqualTo(Base64.getDecoder().decode(text));
            } else {
                assertThatThrownBy(() -> Base64Bytes.decode(text, 0, 4, new byte[3], 0, false))
                        .isInstanceOf(IllegalArgumentException.class);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "A, false",
        "QR, false",
        "QUJ, false",
        "QQ, true",
        "QR==, true",
        "Q===, true",
        "QQ==, false",
        "Q=Q=, true"
    })
    void notCanonical_isRefusedAndLeavesNothing(String text, boolean padded) {
        byte[] out = new byte[8];
        byte[] in = text.getBytes(ISO_8859_1);
        assertThatThrownBy(() -> Base64Bytes.decode(in, 0, in.length, out, 0, padded))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining(text);
        assertThat(out).containsOnly(0);
    }
}
