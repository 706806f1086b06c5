package io.lethe.broker.audit;

import java.io.IOException;
import java.util.Map;

/**
 * Where chains are begun: a folder, or a server that acknowledges.
 *
 * <p>Loaded by the agent loader. {@link #begin} and {@link #ended} are guarded by the {@link Audit}; {@link #sign} and
 * {@link #tidy} may run at the same time.
 */
interface Trails {

    /** Whether a chain could be begun now. */
    void check() throws AuditException;

    /** Begins a chain whose first line is safe when this returns. */
    Chain begin(Map<String, Object> openingEvent) throws IOException;

    /** The next chain will name this one's last whole line. */
    void ended(Chain chain);

    /** Signs how far the chain goes. */
    void sign(String chain, Chain.Mark mark) throws IOException;

    /** Joins and prunes what is old, where there is any; changes nothing of the chain that is written. */
    void tidy(Chain current) throws IOException;

    /** A failure in words that an operator can act on. */
    AuditException unwritable(IOException e);

    String host();
}
