package io.lethe.broker.transport;

import java.security.SecureRandom;
import org.bouncycastle.crypto.BlockCipher;
import org.bouncycastle.crypto.modes.AEADBlockCipher;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;

/**
 * Bouncy Castle's lightweight cryptography with a GCM that leaves nothing; ChaCha20-Poly1305 works in place as it is.
 *
 * <p>Loaded by the agent loader. One for each connection.
 */
final class TlsCrypto extends BcTlsCrypto {

    TlsCrypto() {
        super(new SecureRandom());
    }

    @Override
    protected AEADBlockCipher createGCMMode(BlockCipher engine) {
        return new WipingGcm(super.createGCMMode(engine));
    }
}
