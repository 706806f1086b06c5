package io.lethe.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.secret.Sealed;
import io.lethe.secret.Window;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.junit.jupiter.api.Test;

class ScrambleTest {

    /** As a server checks it, which knows SHA1(SHA1(password)) and nothing else. */
    @Test
    void nativePassword_isWhatTheServerExpects_andTheWindowIsClosed() throws Exception {
        byte[] password = "p\u00e4ss w\u00f6rd".getBytes(StandardCharsets.UTF_8);
        MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
        byte[] stored = sha1.digest(sha1.digest(password));
        byte[] seed = "01234567890123456789".getBytes(StandardCharsets.US_ASCII);
        byte[] answer;
        try (Sealed sealed = Sealed.of(password, 0, password.length);
                Window window = sealed.open()) {
            answer = Scramble.nativePassword(seed).derive(window);
            assertThat(window.bytes()).containsOnly(0);
        }
        sha1.update(seed);
        byte[] mask = sha1.digest(stored);
        for (int i = 0; i < mask.length; i++) {
            mask[i] ^= answer[i];
        }
        assertThat(sha1.digest(mask)).isEqualTo(stored);
    }

    /** As a server checks it, which knows SHA256(SHA256(password)) and nothing else. */
    @Test
    void cachingSha2_isWhatTheServerExpects_andTheWindowIsClosed() throws Exception {
        byte[] password = "p\u00e4ss w\u00f6rd".getBytes(StandardCharsets.UTF_8);
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        byte[] stored = sha256.digest(sha256.digest(password));
        byte[] seed = "01234567890123456789".getBytes(StandardCharsets.US_ASCII);
        byte[] answer;
        try (Sealed sealed = Sealed.of(password, 0, password.length);
                Window window = sealed.open()) {
            answer = Scramble.cachingSha2(seed).derive(window);
            assertThat(window.bytes()).containsOnly(0);
        }
        sha256.update(stored);
        byte[] mask = sha256.digest(seed);
        for (int i = 0; i < mask.length; i++) {
            mask[i] ^= answer[i];
        }
        assertThat(sha256.digest(mask)).isEqualTo(stored);
    }
}
