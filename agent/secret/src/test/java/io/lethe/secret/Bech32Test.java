package io.lethe.secret;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.secret.crypto.X25519;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Bech32Test {

    // The example pair of the age specification.
    private static final String IDENTITY = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX";
    private static final String RECIPIENT = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj";

    @Test
    void ageIdentityAndRecipient_belongTogether() {
        byte[] scalar = new byte[32];
        byte[] fromIdentity = new byte[32];
        byte[] fromRecipient = new byte[32];
        ByteBuffer text = ByteBuffer.wrap(("# a comment\n" + IDENTITY + "\n").getBytes(ISO_8859_1));
        text.position(12).limit(12 + IDENTITY.length());
        assertThat(Bech32.decode(text, "age-secret-key-", scalar)).isEqualTo(32);
        assertThat(text.remaining()).isEqualTo(IDENTITY.length());
        X25519.publicKey(scalar, fromIdentity);
        assertThat(Bech32.decode(RECIPIENT, "age", fromRecipient)).isEqualTo(32);
        assertThat(fromIdentity).isEqualTo(fromRecipient);
        assertThat(new String(Bech32.encode("AGE-SECRET-KEY-", scalar, 0, 32), ISO_8859_1).toUpperCase(Locale.ROOT))
                .isEqualTo(IDENTITY);
        assertThat(new String(Bech32.encode("age", fromRecipient, 0, 32), ISO_8859_1))
                .isEqualTo(RECIPIENT);
    }

    @Test
    void everyLength_comesBack() {
        Random random = new Random(10);
        for (int length = 0; length <= 300; length++) {
            byte[] data = new byte[length + 2];
            random.nextBytes(data);
            byte[] text = Bech32.encode("some-prefix", data, 1, length);
            byte[] back = new byte[length];
            assertThat(Bech32.decode(ByteBuffer.wrap(text), "some-prefix", back))
                    .isEqualTo(length);
            assertThat(back).isEqualTo(java.util.Arrays.copyOfRange(data, 1, length + 1));
        }
    }

    @Test
    void anyCharacterChanged_isRefusedAndLeavesNothing() {
        byte[] text = RECIPIENT.getBytes(ISO_8859_1);
        for (int i = 0; i < text.length; i++) {
            byte[] bad = text.clone();
            bad[i] = (byte) (bad[i] == 'q' ? 'p' : 'q');
            byte[] out = new byte[32];
            assertThatThrownBy(() -> Bech32.decode(ByteBuffer.wrap(bad), "age", out))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(out).containsOnly(0);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "age1",
                "age",
                "Age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj",
                "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujw",
                "ago1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj",
                "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujw\u00ea",
            })
    void malformed_isRefused(String text) {
        assertThatThrownBy(() -> Bech32.decode(text, "age", new byte[32])).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void longerThanTheArray_isRefused() {
        assertThatThrownBy(() -> Bech32.decode(RECIPIENT, "age", new byte[31]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("31");
    }
}
