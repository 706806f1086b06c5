package io.lethe.broker;

/**
 * Whom an agent thread gives an answer.
 *
 * <p>Loaded by the agent loader. Called by agent threads, which it must not hold up.
 */
interface Taker<T> {

    /** Takes the answer; false where nobody wants it any more, and the giver keeps it. */
    boolean give(T answer);

    void fail(BrokerException why);

    /** Whether nobody wants an answer any more. */
    boolean gone();
}
