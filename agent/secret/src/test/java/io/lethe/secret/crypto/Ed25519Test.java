package io.lethe.secret.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.secret.Hex;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;

class Ed25519Test {

    @Test
    void rfc8032_test3() {
        byte[] key = Hex.bytes("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7");
        byte[] message = Hex.bytes("af82");
        byte[] publicKey = new byte[32];
        byte[] signature = new byte[64];
        Ed25519.publicKey(key, publicKey);
        Ed25519.sign(key, message, signature);
        assertThat(Hex.text(publicKey)).isEqualTo("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025");
        assertThat(Hex.text(signature))
                .isEqualTo("6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
                        + "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a");
        assertThat(Ed25519.verify(publicKey, message, signature)).isTrue();
    }

    @Test
    void changedOrCut_doesNotVerify() {
        byte[] key = new byte[32];
        Ed25519.generate(new SecureRandom(), key);
        byte[] message = {1, 2, 3};
        byte[] publicKey = new byte[32];
        byte[] signature = new byte[64];
        Ed25519.publicKey(key, publicKey);
        Ed25519.sign(key, message, signature);
        assertThat(Ed25519.verify(publicKey, message, signature)).isTrue();
        assertThat(Ed25519.verify(publicKey, new byte[] {1, 2, 4}, signature)).isFalse();
        signature[5] ^= 1;
        assertThat(Ed25519.verify(publicKey, message, signature)).isFalse();
        assertThat(Ed25519.verify(publicKey, message, new byte[63])).isFalse();
        assertThat(Ed25519.verify(new byte[31], message, signature)).isFalse();
    }
}
