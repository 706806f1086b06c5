package io.lethe.broker.transport;

import java.security.GeneralSecurityException;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether a chain of certificates leads to one that is trusted (RFC 5280, without revocation, so without a network).
 *
 * <p>Loaded by the agent loader. Stateless.
 */
public final class CertificatePaths {

    private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
    private static final String ANY_USE = "2.5.29.37.0";

    private CertificatePaths() {}

    /** Whether a server may use this certificate. */
    public static boolean isForServers(X509Certificate leaf) throws GeneralSecurityException {
        List<String> uses = leaf.getExtendedKeyUsage();
        return uses == null || uses.contains(SERVER_AUTH) || uses.contains(ANY_USE);
    }

    /** The chain as sent may be out of order or carry its root: put it in order, and leave out what is trusted anyway. */
    public static @Nullable String obstacle(X509Certificate[] chain, Set<TrustAnchor> anchors)
            throws GeneralSecurityException {
        List<X509Certificate> path = new ArrayList<>();
        X509Certificate current = chain[0];
        while (!isAnchor(current, anchors)) {
            path.add(current);
            X509Certificate issuer = issuedByAnchor(current, anchors) ? null : issuer(current, chain, path);
            if (issuer == null) {
                break;
            }
            current = issuer;
        }
        if (path.isEmpty()) {
            // The server's own certificate is trusted by name; what is left to check is its time.
            current.checkValidity();
            return null;
        }
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        CertPath ordered = factory.generateCertPath(path);
        PKIXParameters parameters = new PKIXParameters(anchors);
        parameters.setRevocationEnabled(false);
        try {
            // By name: an application may have put a provider before it that accepts everything.
            CertPathValidator.getInstance("PKIX", "SUN").validate(ordered, parameters);
            return null;
        } catch (java.security.cert.CertPathValidatorException e) {
            return "its certificate is not one that is trusted here (" + e.getMessage() + ")";
        }
    }

    private static boolean isAnchor(X509Certificate certificate, Set<TrustAnchor> anchors) {
        for (TrustAnchor anchor : anchors) {
            if (certificate.equals(anchor.getTrustedCert())) {
                return true;
            }
        }
        return false;
    }

    private static boolean issuedByAnchor(X509Certificate certificate, Set<TrustAnchor> anchors) {
        for (TrustAnchor anchor : anchors) {
            if (certificate
                    .getIssuerX500Principal()
                    .equals(anchor.getTrustedCert().getSubjectX500Principal())) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable X509Certificate issuer(
            X509Certificate of, X509Certificate[] chain, List<X509Certificate> used) {
        for (X509Certificate candidate : chain) {
            if (candidate.getSubjectX500Principal().equals(of.getIssuerX500Principal()) && !used.contains(candidate)) {
                return candidate;
            }
        }
        return null;
    }
}
