package io.lethe.secret.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.MessageDigest;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Md5Test {

    @Test
    void everyLength_isHashedAsTheJdkDoes() throws Exception {
        Random random = new Random(1);
        for (int length = 0; length < 300; length++) {
            byte[] message = new byte[length];
            random.nextBytes(message);
            byte[] before = message.clone();
            assertThat(Md5.hash(message))
                    .isEqualTo(MessageDigest.getInstance("MD5").digest(message));
            assertThat(message).isEqualTo(before);
        }
    }
}
