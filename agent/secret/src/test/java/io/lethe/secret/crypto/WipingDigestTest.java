package io.lethe.secret.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WipingDigestTest {

    @ParameterizedTest
    @CsvSource({"MD5", "SHA-1", "SHA-256", "SHA-512"})
    void everyLength_isWhatTheJdkSays(String algorithm) throws Exception {
        Random random = new Random(1);
        MessageDigest jdk = MessageDigest.getInstance(algorithm);
        try (WipingDigest ours = create(algorithm)) {
            byte[] out = new byte[ours.length() + 3];
            for (int length = 0; length <= 300; length++) {
                byte[] message = new byte[length + 5];
                random.nextBytes(message);
                int cut = length == 0 ? 0 : random.nextInt(length);
                ours.update(message, 5, cut);
                ours.update(message, 5 + cut, length - cut);
                ours.digest(out, 3);
                jdk.update(message, 5, length);
                assertThat(out).startsWith(0, 0, 0).endsWith(jdk.digest());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"MD5", "SHA-1", "SHA-256", "SHA-512"})
    void flushed_startsOver(String algorithm) throws Exception {
        byte[] message = "an-unlikely-text".getBytes(StandardCharsets.ISO_8859_1);
        int block = algorithm.equals("SHA-512") ? 128 : 64;
        MessageDigest engine = Engine.create(algorithm);
        MessageDigest fresh = Engine.copy(engine);
        engine.update(message);
        Engine.flush(engine, block);
        assertThat(engine.digest()).as("state is back at the start").isEqualTo(fresh.digest());
    }

    @ParameterizedTest
    @CsvSource({"MD5", "SHA-1", "SHA-256", "SHA-512"})
    void closed_refusesUse(String algorithm) {
        WipingDigest digest = create(algorithm);
        digest.close();
        assertThatThrownBy(() -> digest.update(new byte[1])).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> digest.digest(new byte[64], 0)).isInstanceOf(IllegalStateException.class);
    }

    private static WipingDigest create(String algorithm) {
        Supplier<WipingDigest> factory = switch (algorithm) {
            case "MD5" -> WipingDigest::md5;
            case "SHA-1" -> WipingDigest::sha1;
            case "SHA-256" -> WipingDigest::sha256;
            default -> WipingDigest::sha512;
        };
        return factory.get();
    }
}
