/**
 * Lets go of connections whose secret has been replaced or whose grant has ended: through their pools where these can be told,
 * else by what the driver's connection says of itself.
 *
 * <p>Loaded by: the agent loader. What knows pools and open connections belongs here; what opens them belongs in {@code jdbc}.
 */
@NullMarked
package io.lethe.jdbc.retire;

import org.jspecify.annotations.NullMarked;
