package io.lethe.cli;

import io.lethe.broker.Explanation;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What people should know of a certificate that a grant trusts. Stateless. */
final class Certificates {

    private Certificates() {}

    /** Null where it is not one X.509 certificate in DER, and nothing else. */
    static @Nullable X509Certificate parse(byte[] der) {
        try {
            X509Certificate certificate = (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
            return certificate != null && Arrays.equals(certificate.getEncoded(), der) ? certificate : null;
        } catch (CertificateException e) {
            return null;
        }
    }

    /** Whose it is and how long, on one line. */
    static String name(byte[] der) {
        X509Certificate certificate = parse(der);
        if (certificate == null) {
            return "a certificate that cannot be read";
        }
        return "'" + subject(certificate) + "' until "
                + certificate.getNotAfter().toInstant();
    }

    /**
     * Ends of sentences that begin with who trusts it.
     *
     * @param now milliseconds since 1970
     */
    static List<String> warnings(byte[] der, long now) {
        X509Certificate certificate = parse(der);
        List<String> warnings = new ArrayList<>();
        if (certificate == null) {
            warnings.add("names a certificate that cannot be read: no server is trusted by it");
            return warnings;
        }
        String subject = "'" + subject(certificate) + "'";
        if (certificate.getNotAfter().toInstant().toEpochMilli() < now) {
            warnings.add("trusts " + subject + ", which expired on "
                    + certificate.getNotAfter().toInstant());
        }
        if (certificate.getNotBefore().toInstant().toEpochMilli() > now) {
            warnings.add("trusts " + subject + ", which is not valid before "
                    + certificate.getNotBefore().toInstant());
        }
        if (certificate.getBasicConstraints() < 0) {
            warnings.add(
                    "trusts " + subject + ", which is no certificate authority: it vouches at most for a server that"
                            + " shows this very certificate");
        }
        return warnings;
    }

    private static String subject(X509Certificate certificate) {
        return Explanation.shown(certificate.getSubjectX500Principal().getName());
    }
}
