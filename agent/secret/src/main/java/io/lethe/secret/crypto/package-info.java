/**
 * Cryptography on arrays that the caller owns. Nothing here keeps a copy of a key, a message or a result once the call
 * has returned or the instance is closed.
 *
 * <p>Loaded by: agent loader.
 *
 * <p>What belongs here: primitives and nothing that knows a protocol, a file format or a broker. Keys and results are
 * {@code byte[]} of the caller, who wipes them; every temporary is wiped in a {@code finally}.
 */
@NullMarked
package io.lethe.secret.crypto;

import org.jspecify.annotations.NullMarked;
