package io.lethe.http;

import io.lethe.broker.Target;
import io.lethe.broker.Trust;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Whether the peer of a TLS session is the one that a grant names: the certificates that it showed, validated here (RFC 5280,
 * without revocation, so without a network) against the grant's authorities or key pins, else the JVM's default trust
 * store, and the name in them (RFC 6125). What the application's own TrustManager and HostnameVerifier said does not count: a
 * client that trusts everything is why this is done.
 *
 * <p>Loaded by the agent loader. Thread-safe.
 */
final class Peers {

    private static final int MOST = 256;
    private static final long FRESH = TimeUnit.MINUTES.toNanos(1);
    private static final int LONGEST_CHAIN = 10;
    private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
    private static final String ANY_USE = "2.5.29.37.0";

    private final Map<String, Verdict> verdicts = new LinkedHashMap<String, Verdict>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Verdict> eldest) {
            return size() > MOST;
        }
    };
    private @Nullable Set<TrustAnchor> jvmAnchors;

    /** Returns why the session's peer is not the one that the target names, in one line; null where it is. */
    @Nullable
    String obstacle(SSLSession session, Target target, Trust trust, String secret) {
        X509Certificate[] chain;
        try {
            chain = chain(session.getPeerCertificates());
        } catch (SSLPeerUnverifiedException e) {
            return "the server showed no certificate";
        }
        try {
            String key = fingerprint(chain) + ' ' + target.host() + ' ' + trust.hashCode();
            Verdict verdict;
            synchronized (verdicts) {
                verdict = verdicts.get(key);
            }
            if (verdict == null || !verdict.fits(trust)) {
                verdict = new Verdict(trust, judge(chain, target, trust, secret));
                synchronized (verdicts) {
                    verdicts.put(key, verdict);
                }
            }
            return verdict.obstacle;
        } catch (GeneralSecurityException | IOException | RuntimeException e) {
            return "its certificate could not be checked (" + e + ")";
        }
    }

    private @Nullable String judge(X509Certificate[] chain, Target target, Trust trust, String secret)
            throws GeneralSecurityException, IOException {
        X509Certificate leaf = chain[0];
        if (!trust.pins().isEmpty()) {
            if (trust.pins().contains(pin(leaf))) {
                return null;
            }
            if (trust.authorities().isEmpty()) {
                return "its key is not the one that the grant pins";
            }
        }
        String name = ServerNames.obstacle(leaf, target.host());
        if (name != null) {
            return name;
        }
        Set<TrustAnchor> anchors = trust.authorities().isEmpty() ? jvmAnchors() : anchors(trust.authorities());
        String path = pathObstacle(chain, anchors);
        if (path == null) {
            List<String> uses = leaf.getExtendedKeyUsage();
            return uses == null || uses.contains(SERVER_AUTH) || uses.contains(ANY_USE)
                    ? null
                    : "its certificate is not one for servers";
        }
        return trust.authorities().isEmpty()
                ? path + "; where its authority is your own, name it: lethe vault grant " + secret + " --to "
                        + (target.scheme().equals("https")
                                ? "https://" + target.host() + ":" + target.port()
                                : target + " --user NAME")
                        + " --ca ca.pem"
                : path + " (checked against the grant's --ca)";
    }

    /** The chain as sent may be out of order or carry its root: put it in order, and leave out what is trusted anyway. */
    private static @Nullable String pathObstacle(X509Certificate[] chain, Set<TrustAnchor> anchors)
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

    /** {@code sha256/} and the Base64 of the SHA-256 of the SubjectPublicKeyInfo, as curl and RFC 7469 write it. */
    private static String pin(X509Certificate certificate) throws GeneralSecurityException {
        byte[] hash = MessageDigest.getInstance("SHA-256")
                .digest(certificate.getPublicKey().getEncoded());
        return "sha256/" + Base64.getEncoder().encodeToString(hash);
    }

    private static String fingerprint(X509Certificate[] chain) throws GeneralSecurityException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (X509Certificate certificate : chain) {
            digest.update(certificate.getEncoded());
        }
        return Base64.getEncoder().encodeToString(digest.digest());
    }

    private static X509Certificate[] chain(Certificate[] shown) throws SSLPeerUnverifiedException {
        if (shown.length == 0 || shown.length > LONGEST_CHAIN) {
            throw new SSLPeerUnverifiedException("certificates: " + shown.length);
        }
        X509Certificate[] chain = new X509Certificate[shown.length];
        for (int i = 0; i < shown.length; i++) {
            if (!(shown[i] instanceof X509Certificate)) {
                throw new SSLPeerUnverifiedException("not X.509");
            }
            chain[i] = (X509Certificate) shown[i];
        }
        return chain;
    }

    private static Set<TrustAnchor> anchors(List<byte[]> authorities) throws GeneralSecurityException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        Set<TrustAnchor> anchors = new HashSet<>();
        for (byte[] der : authorities) {
            X509Certificate authority = (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der));
            anchors.add(new TrustAnchor(authority, null));
        }
        return anchors;
    }

    private synchronized Set<TrustAnchor> jvmAnchors() throws GeneralSecurityException, IOException {
        Set<TrustAnchor> anchors = jvmAnchors;
        if (anchors == null) {
            anchors = readJvmAnchors();
            jvmAnchors = anchors;
        }
        return anchors;
    }

    /** As JSSE finds it: the property, else jssecacerts, else cacerts. */
    private static Set<TrustAnchor> readJvmAnchors() throws GeneralSecurityException, IOException {
        String named = System.getProperty("javax.net.ssl.trustStore");
        String type = System.getProperty("javax.net.ssl.trustStoreType", KeyStore.getDefaultType());
        String password = System.getProperty("javax.net.ssl.trustStorePassword");
        File security = new File(System.getProperty("java.home"), "lib/security");
        File own = new File(security, "jssecacerts");
        File file = named != null ? new File(named) : own.exists() ? own : new File(security, "cacerts");
        KeyStore store = KeyStore.getInstance(type);
        try (InputStream in = new FileInputStream(file)) {
            store.load(in, password == null || password.isEmpty() ? null : password.toCharArray());
        }
        Set<TrustAnchor> anchors = new HashSet<>();
        for (Enumeration<String> aliases = store.aliases(); aliases.hasMoreElements(); ) {
            String alias = aliases.nextElement();
            Certificate certificate = store.isCertificateEntry(alias) ? store.getCertificate(alias) : null;
            if (certificate instanceof X509Certificate) {
                anchors.add(new TrustAnchor((X509Certificate) certificate, null));
            }
        }
        if (anchors.isEmpty()) {
            throw new IOException("the trust store " + file + " holds no certificates");
        }
        return anchors;
    }

    private static final class Verdict {

        final @Nullable String obstacle;
        private final Trust trust;
        private final long at = System.nanoTime();

        Verdict(Trust trust, @Nullable String obstacle) {
            this.trust = trust;
            this.obstacle = obstacle;
        }

        boolean fits(Trust asked) {
            return trust.equals(asked) && System.nanoTime() - at < FRESH;
        }
    }
}
