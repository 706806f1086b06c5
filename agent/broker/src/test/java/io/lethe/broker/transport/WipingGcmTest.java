package io.lethe.broker.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.engines.AESEngine;
import org.bouncycastle.crypto.modes.AEADBlockCipher;
import org.bouncycastle.crypto.modes.GCMBlockCipher;
import org.bouncycastle.crypto.params.AEADParameters;
import org.bouncycastle.crypto.params.KeyParameter;
import org.junit.jupiter.api.Test;

class WipingGcmTest {

    /** In place and not, at every length around its pieces, it is the same GCM. */
    @Test
    void encryptsAndDecrypts_asTheOneThatItWraps() throws InvalidCipherTextException {
        Random random = new Random(1);
        for (int length : new int[] {0, 1, 15, 16, 17, 1023, 1024, 1025, 1040, 5000, 16384}) {
            byte[] plain = new byte[length];
            random.nextBytes(plain);
            byte[] expected = run(gcm(), true, plain, 0);
            assertThat(run(new WipingGcm(gcm()), true, plain, 0)).isEqualTo(expected);
            assertThat(run(new WipingGcm(gcm()), true, plain, 5)).isEqualTo(expected);
            assertThat(run(new WipingGcm(gcm()), false, expected, 5)).isEqualTo(plain);
        }
    }

    private static AEADBlockCipher gcm() {
        return GCMBlockCipher.newInstance(AESEngine.newInstance());
    }

    /** In one array, from this place on. */
    private static byte[] run(AEADBlockCipher cipher, boolean encrypt, byte[] in, int at)
            throws InvalidCipherTextException {
        cipher.init(encrypt, new AEADParameters(new KeyParameter(new byte[16]), 128, new byte[12]));
        cipher.processAADBytes(new byte[] {1, 2, 3}, 0, 3);
        byte[] both = Arrays.copyOf(new byte[at], at + Math.max(in.length, cipher.getOutputSize(in.length)));
        System.arraycopy(in, 0, both, at, in.length);
        int n = cipher.processBytes(both, at, in.length, both, at);
        n += cipher.doFinal(both, at + n);
        return Arrays.copyOfRange(both, at, at + n);
    }
}
