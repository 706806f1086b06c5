package io.lethe.secret.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.secret.Hex;
import io.lethe.secret.Sealed;
import io.lethe.secret.Window;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
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

    /** The public key is that of MariaDB's documentation for the password "secret". */
    @Test
    void passwordOfAnyLength_signsAsMariaDbsClientDoes_andItsWindowIsClosed() {
        byte[] publicKey = Base64.getDecoder().decode("ZIgUREUg5PVgQ6LskhXmO+eZLS0nC8be6HPjYWR4YJY=");
        byte[] seed = new byte[32];
        new Random(7).nextBytes(seed);
        byte[] signature = new byte[64];
        byte[] password = "secret".getBytes(StandardCharsets.US_ASCII);
        try (Sealed sealed = Sealed.of(password, 0, password.length);
                Window window = sealed.open()) {
            Ed25519.sign(window, seed, signature);
            assertThat(window.nanos()).isNotNegative();
            assertThat(window.bytes()).containsOnly(0);
        }
        assertThat(Ed25519.verify(publicKey, seed, signature)).isTrue();
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

    @Test
    void randomKeysAndMessages_areSignedAsBouncyCastleDoes() {
        Random random = new Random(5);
        for (int i = 0; i < 300; i++) {
            byte[] key = new byte[32];
            byte[] message = new byte[random.nextInt(300)];
            random.nextBytes(key);
            random.nextBytes(message);
            byte[] publicKey = new byte[32];
            byte[] signature = new byte[64];
            Ed25519.publicKey(key, publicKey);
            Ed25519.sign(key, message, signature);
            byte[] theirs = new byte[64];
            org.bouncycastle.math.ec.rfc8032.Ed25519.sign(key, 0, message, 0, message.length, theirs, 0);
            assertThat(signature).as("key %s", Hex.text(key)).isEqualTo(theirs);
            org.bouncycastle.math.ec.rfc8032.Ed25519.generatePublicKey(key, 0, theirs, 0);
            assertThat(publicKey).isEqualTo(Arrays.copyOf(theirs, 32));
        }
    }

    @Test
    void scalarsAtTheEdge_areReduced() {
        byte[] all = new byte[64];
        Arrays.fill(all, (byte) 0xff);
        BigInteger order = BigInteger.ONE.shiftLeft(252).add(new BigInteger("27742317777372353535851937790883648493"));
        byte[] wide = all.clone();
        EdwardsScalar.reduce(wide);
        assertThat(number(wide)).isEqualTo(number(all).mod(order));
        byte[] most = Arrays.copyOf(all, 32);
        byte[] out = new byte[32];
        EdwardsScalar.multiplyAdd(most, most, most, out, 0);
        assertThat(number(out))
                .isEqualTo(number(most).multiply(number(most)).add(number(most)).mod(order));
    }

    private static BigInteger number(byte[] littleEndian) {
        byte[] bytes = new byte[littleEndian.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = littleEndian[bytes.length - 1 - i];
        }
        return new BigInteger(1, bytes);
    }
}
