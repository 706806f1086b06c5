package io.lethe.broker.transport;

import io.lethe.secret.Wipe;
import org.bouncycastle.crypto.BlockCipher;
import org.bouncycastle.crypto.CipherParameters;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.modes.AEADBlockCipher;

/**
 * GCM that overwrites the copy which it makes of its input. Bouncy Castle's own (1.85) makes one of all that it encrypts in place,
 * which is how TLS calls it, and leaves it: the whole request, with the token in it.
 *
 * <p>Loaded by the agent loader. One thread.
 */
final class WipingGcm implements AEADBlockCipher {

    private static final int PIECE = 1024;

    private final AEADBlockCipher gcm;

    WipingGcm(AEADBlockCipher gcm) {
        this.gcm = gcm;
    }

    @Override
    public int processBytes(byte[] in, int inOffset, int length, byte[] out, int outOffset) {
        byte[] piece = new byte[Math.min(length, PIECE)];
        try {
            int written = 0;
            for (int done = 0; done < length; ) {
                int n = Math.min(piece.length, length - done);
                System.arraycopy(in, inOffset + done, piece, 0, n);
                // What comes out never overtakes what went in, so that both may be the same array.
                written += gcm.processBytes(piece, 0, n, out, outOffset + written);
                done += n;
            }
            return written;
        } finally {
            Wipe.bytes(piece);
        }
    }

    @Override
    public void init(boolean forEncryption, CipherParameters parameters) {
        gcm.init(forEncryption, parameters);
    }

    @Override
    public String getAlgorithmName() {
        return gcm.getAlgorithmName();
    }

    @Override
    public BlockCipher getUnderlyingCipher() {
        return gcm.getUnderlyingCipher();
    }

    @Override
    public void processAADByte(byte in) {
        gcm.processAADByte(in);
    }

    @Override
    public void processAADBytes(byte[] in, int offset, int length) {
        gcm.processAADBytes(in, offset, length);
    }

    @Override
    public int processByte(byte in, byte[] out, int outOffset) {
        return gcm.processByte(in, out, outOffset);
    }

    @Override
    public int doFinal(byte[] out, int outOffset) throws InvalidCipherTextException {
        return gcm.doFinal(out, outOffset);
    }

    @Override
    public byte[] getMac() {
        return gcm.getMac();
    }

    @Override
    public int getUpdateOutputSize(int length) {
        return gcm.getUpdateOutputSize(length);
    }

    @Override
    public int getOutputSize(int length) {
        return gcm.getOutputSize(length);
    }

    @Override
    public void reset() {
        gcm.reset();
    }
}
