/**
 * References in HTTP requests: each client's encoder is given a marker in the reference's place, and the marker becomes the
 * secret inside the TLS record, just before that is encrypted in place; or, with a grant for {@code http}, at the last write.
 *
 * <p>Arming ({@link io.lethe.http.Arming}) holds no secret; the swap ({@link io.lethe.http.Wire}, {@link
 * io.lethe.http.Jsse}) knows nothing of HTTP clients.
 */
@org.jspecify.annotations.NullMarked
package io.lethe.http;
