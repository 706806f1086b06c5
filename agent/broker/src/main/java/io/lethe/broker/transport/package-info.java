/**
 * HTTPS to a broker that leaves nothing behind: what is sent and what is answered stands in the clear in memory of our own, for
 * microseconds, and nowhere else.
 *
 * <p>Loaded by: agent loader, and by the command line's own loader.
 *
 * <p>What belongs here: TLS, HTTP/1.1 and the check of a server's certificate. Neither JSSE nor anything that an application may
 * have made its own default: SSLContext, ProxySelector, Authenticator, HostnameVerifier.
 */
@NullMarked
package io.lethe.broker.transport;

import org.jspecify.annotations.NullMarked;
