package io.lethe.broker.transport;

import java.io.File;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who vouches for a server: the certificates of a file, which is read at each look, else the JVM's default trust store. Chain, name
 * and purpose are always checked; what the application made its own default does not count.
 *
 * <p>Loaded by the agent loader. Thread-safe, immutable.
 */
public final class Authorities {

    private final @Nullable File pem;

    /** @param pem certificates; null for the JVM's default trust store */
    public Authorities(@Nullable File pem) {
        this.pem = pem;
    }

    /** Why this is not the server of that name, in one line; null where it is. */
    @Nullable
    String obstacle(X509Certificate[] chain, String host) {
        try {
            String name = ServerNames.obstacle(chain[0], host);
            if (name != null) {
                return name;
            }
            Set<TrustAnchor> anchors = pem == null ? Anchors.ofJvm() : Anchors.ofFile(pem);
            String path = CertificatePaths.obstacle(chain, anchors);
            if (path != null) {
                return path + " (checked against " + (pem == null ? "the JVM's default trust store" : pem) + ")";
            }
            return CertificatePaths.isForServers(chain[0]) ? null : "its certificate is not one for servers";
        } catch (GeneralSecurityException | IOException | RuntimeException e) {
            return "its certificate could not be checked (" + e + ")";
        }
    }
}
