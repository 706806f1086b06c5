package io.lethe.broker.transport;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Certificates that are trusted to vouch for servers.
 *
 * <p>Loaded by the agent loader. Thread-safe.
 */
public final class Anchors {

    private static volatile @Nullable Set<TrustAnchor> ofJvm;

    private Anchors() {}

    /** These certificates, in DER. */
    public static Set<TrustAnchor> of(List<byte[]> authorities) throws GeneralSecurityException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        Set<TrustAnchor> anchors = new HashSet<>();
        for (byte[] der : authorities) {
            X509Certificate authority = (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der));
            anchors.add(new TrustAnchor(authority, null));
        }
        return anchors;
    }

    /** The JVM's default trust store, read once. */
    public static Set<TrustAnchor> ofJvm() throws GeneralSecurityException, IOException {
        Set<TrustAnchor> anchors = ofJvm;
        if (anchors == null) {
            synchronized (Anchors.class) {
                anchors = ofJvm;
                if (anchors == null) {
                    anchors = readJvmAnchors();
                    ofJvm = anchors;
                }
            }
        }
        return anchors;
    }

    /** The certificates of a file, in PEM. */
    static Set<TrustAnchor> ofFile(File pem) throws GeneralSecurityException, IOException {
        Set<TrustAnchor> anchors = new HashSet<>();
        try (InputStream in = new FileInputStream(pem)) {
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                anchors.add(new TrustAnchor((X509Certificate) certificate, null));
            }
        }
        if (anchors.isEmpty()) {
            throw new IOException(pem + " holds no certificate");
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
}
