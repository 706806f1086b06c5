package io.lethe.http;

import io.lethe.broker.Target;
import io.lethe.broker.Trust;
import io.lethe.broker.transport.Anchors;
import io.lethe.broker.transport.CertificatePaths;
import io.lethe.broker.transport.ServerNames;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.LinkedHashMap;
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

    private final Map<String, Verdict> verdicts = new LinkedHashMap<String, Verdict>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Verdict> eldest) {
            return size() > MOST;
        }
    };

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
            return leaf.getSubjectAlternativeNames() == null ? name + "; pin its key in the grant with --pin" : name;
        }
        Set<TrustAnchor> anchors = trust.authorities().isEmpty() ? Anchors.ofJvm() : Anchors.of(trust.authorities());
        String path = CertificatePaths.obstacle(chain, anchors);
        if (path == null) {
            return CertificatePaths.isForServers(leaf) ? null : "its certificate is not one for servers";
        }
        return trust.authorities().isEmpty()
                ? path + "; where its authority is your own, name it: lethe vault grant " + secret + " --to "
                        + (target.scheme().equals("https")
                                ? "https://" + target.host() + ":" + target.port()
                                : target + " --user NAME")
                        + " --ca ca.pem"
                : path + " (checked against the grant's --ca)";
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
