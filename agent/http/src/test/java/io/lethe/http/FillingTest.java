package io.lethe.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.secret.Sealed;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FillingTest {

    private final Random random = new Random(7);

    @Test
    void plain_isTheSecret() {
        byte[] secret = bytes(33);

        assertThat(all(Filling.plain(sealed(secret)))).isEqualTo(secret);
    }

    @Test
    void basic_asTheJdkEncodes() {
        for (int length = 1; length < 40; length++) {
            byte[] user = bytes(length % 7);
            byte[] secret = bytes(length);
            byte[] plain = new byte[user.length + 1 + length];
            System.arraycopy(user, 0, plain, 0, user.length);
            plain[user.length] = ':';
            System.arraycopy(secret, 0, plain, user.length + 1, length);

            assertThat(all(Filling.basic(user, sealed(secret))))
                    .isEqualTo(Base64.getEncoder().encode(plain));
        }
    }

    @Test
    void escaped_isWhatAServerDecodes() throws Exception {
        String secret = "a+b/c=d e&f\u00e4~-._%";

        String escaped = new String(
                all(Filling.escaped(sealed(secret.getBytes(StandardCharsets.UTF_8)))), StandardCharsets.US_ASCII);

        assertThat(escaped)
                .isEqualTo(
                        URLEncoder.encode(secret, "UTF-8").replace("+", "%20").replace("%7E", "~"));
    }

    private static byte[] all(Filling filling) {
        byte[] out = new byte[filling.length()];
        for (int i = 0; i < out.length; i++) {
            out[i] = filling.at(i);
        }
        return out;
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static Sealed sealed(byte[] secret) {
        return Sealed.of(secret.clone(), 0, secret.length);
    }
}
