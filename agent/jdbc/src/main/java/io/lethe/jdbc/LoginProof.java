package io.lethe.jdbc;

import io.lethe.secret.Window;

/**
 * What a server wants to see instead of the password.
 *
 * <p>Loaded by the agent loader. Used once, by the thread that connects.
 */
interface LoginProof {

    /**
     * Derives it. Closes the window as soon as the password itself is not needed any more, and overwrites what is as good as
     * the password before it returns.
     *
     * @return what goes over the wire
     */
    byte[] derive(Window window);

    /** How many arrays it overwrites, the window's included. */
    int arrays();
}
