package io.lethe.secret.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.secret.Hex;
import java.util.Random;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.params.HKDFParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HkdfTest {

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b, 000102030405060708090a0b0c, f0f1f2f3f4f5f6f7f8f9,"
                        + " 077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5,"
                        + " 3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
                "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b, '', '',"
                        + " 19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04,"
                        + " 8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
            })
    void rfc5869(String inputKey, String salt, String info, String prk, String okm) {
        byte[] extracted = new byte[32];
        Hkdf.extract(Hex.bytes(salt), Hex.bytes(inputKey), extracted);
        assertThat(Hex.text(extracted)).isEqualTo(prk);
        byte[] out = new byte[42];
        Hkdf.expand(extracted, Hex.bytes(info), out);
        assertThat(Hex.text(out)).isEqualTo(okm);
    }

    @Test
    void everyLength_isWhatBouncyCastleSays() {
        Random random = new Random(4);
        for (int length = 0; length <= 300; length++) {
            byte[] inputKey = new byte[1 + random.nextInt(100)];
            byte[] salt = new byte[1 + random.nextInt(100)];
            byte[] info = new byte[random.nextInt(100)];
            random.nextBytes(inputKey);
            random.nextBytes(salt);
            random.nextBytes(info);
            byte[] expected = new byte[length];
            HKDFBytesGenerator theirs = new HKDFBytesGenerator(new SHA256Digest());
            theirs.init(new HKDFParameters(inputKey, salt, info));
            theirs.generateBytes(expected, 0, length);
            byte[] prk = new byte[32];
            byte[] out = new byte[length];
            Hkdf.extract(salt, inputKey, prk);
            Hkdf.expand(prk, info, out);
            assertThat(out).isEqualTo(expected);
        }
    }

    @Test
    void tooMuch_isRefused() {
        assertThatThrownBy(() -> Hkdf.expand(new byte[32], new byte[0], new byte[255 * 32 + 1]))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
