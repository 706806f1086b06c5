/**
 * The embedded broker: a folder with one age file for each secret field and a signed index with the grants.
 *
 * <p>Loaded by: agent loader ({@link io.lethe.broker.vault.VaultBroker}, which reads), and by the command line's own
 * loader ({@link io.lethe.broker.vault.Vault}, which writes).
 *
 * <p>What belongs here: the form of the folder, keys and age files. Key material stands in arrays that are wiped.
 */
@NullMarked
package io.lethe.broker.vault;

import org.jspecify.annotations.NullMarked;
