/**
 * Secrets from OpenBao or HashiCorp Vault, over their HTTP API.
 *
 * <p>Loaded by: agent loader, and by the command line's own loader.
 *
 * <p>What belongs here: logging in, reading, giving the token back. Tokens, secret-ids and what is read are secrets: they stand in
 * the clear for microseconds, and are never text.
 */
@NullMarked
package io.lethe.broker.openbao;

import org.jspecify.annotations.NullMarked;
