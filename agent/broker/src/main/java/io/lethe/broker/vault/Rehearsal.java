package io.lethe.broker.vault;

import io.lethe.secret.GcWatch;
import io.lethe.secret.Sealed;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;

/**
 * Opens a file of no value with a key that everybody knows, once, before the first real key is read: every class on that
 * way is loaded and initialized then. Without it the first identity of a JVM stood in the clear for 17 to 250 ms, which
 * is what loading them takes, and a collection of the application's start had all that time to copy it.
 *
 * <p>Loaded by the agent loader. Thread-safe; whoever comes second waits for the first.
 */
final class Rehearsal {

    static {
        try {
            open();
        } catch (Throwable e) {
            // What is wrong shows again where it matters; a heap that is full now must not end this class for good.
        }
    }

    private Rehearsal() {}

    /** Returns when it has taken place. */
    static void done() {}

    private static void open() throws AgeException {
        byte[] known = new byte[Age.KEY];
        Arrays.fill(known, (byte) 1);
        byte[] identity = new byte[Age.KEY];
        AgeKey.findIdentity(ByteBuffer.wrap(AgeKey.identityText(known)), identity);
        byte[] recipient = AgeKey.recipient(AgeKey.recipientOf(known));
        byte[] file = Age.encrypt(new byte[1], Collections.singletonList(recipient));
        try (Sealed sealed = Sealed.of(identity, 0, identity.length)) {
            byte[] payload = Age.decrypt(AgeHeader.parse(file), file, sealed, recipient);
            Sealed.of(payload, 0, payload.length).close();
        }
        GcWatch.since(GcWatch.mark());
    }
}
