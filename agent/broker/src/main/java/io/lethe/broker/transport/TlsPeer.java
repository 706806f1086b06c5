package io.lethe.broker.transport;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.Vector;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.DefaultTlsClient;
import org.bouncycastle.tls.NameType;
import org.bouncycastle.tls.ProtocolName;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.ServerName;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsServerCertificate;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.jspecify.annotations.Nullable;

/**
 * What a connection asks of its server: TLS 1.3 or 1.2, a cipher that authenticates (those are the ones that work in place), and a
 * certificate that {@link Authorities} vouch for.
 *
 * <p>Loaded by the agent loader. One for each connection.
 */
final class TlsPeer extends DefaultTlsClient {

    private static final int LONGEST_CHAIN = 10;
    private static final int[] SUITES = {
        CipherSuite.TLS_AES_128_GCM_SHA256,
        CipherSuite.TLS_AES_256_GCM_SHA384,
        CipherSuite.TLS_CHACHA20_POLY1305_SHA256,
        CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        CipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
        CipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        CipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
        CipherSuite.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
    };

    private final String host;
    private final Authorities authorities;
    private @Nullable String obstacle;

    /** @param host a name, or an address without brackets */
    TlsPeer(String host, Authorities authorities) {
        super(new TlsCrypto());
        this.host = host;
        this.authorities = authorities;
    }

    /** Why the server is not the one that was meant, in one line; null where nothing is known against it. */
    @Nullable
    String obstacle() {
        return obstacle;
    }

    @Override
    protected ProtocolVersion[] getSupportedVersions() {
        return ProtocolVersion.TLSv13.downTo(ProtocolVersion.TLSv12);
    }

    @Override
    protected int[] getSupportedCipherSuites() {
        return SUITES.clone();
    }

    @Override
    protected Vector<ProtocolName> getProtocolNames() {
        return new Vector<>(Collections.singletonList(ProtocolName.HTTP_1_1));
    }

    @Override
    protected @Nullable Vector<ServerName> getSNIServerNames() {
        // RFC 6066: no addresses.
        return ServerNames.isAddress(host) || !isAscii(host)
                ? null
                : new Vector<>(Collections.singletonList(new ServerName(NameType.host_name, ascii(host))));
    }

    @Override
    public TlsAuthentication getAuthentication() {
        return new TlsAuthentication() {
            @Override
            public void notifyServerCertificate(TlsServerCertificate shown) throws IOException {
                obstacle = judge(shown);
                if (obstacle != null) {
                    throw new TlsFatalAlert(AlertDescription.bad_certificate);
                }
            }

            @Override
            public @Nullable TlsCredentials getClientCredentials(CertificateRequest request) {
                return null;
            }
        };
    }

    private @Nullable String judge(TlsServerCertificate shown) throws IOException {
        TlsCertificate[] certificates = shown.getCertificate().getCertificateList();
        if (certificates.length == 0 || certificates.length > LONGEST_CHAIN) {
            return "it showed " + certificates.length + " certificates";
        }
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            X509Certificate[] chain = new X509Certificate[certificates.length];
            for (int i = 0; i < chain.length; i++) {
                chain[i] = (X509Certificate)
                        factory.generateCertificate(new ByteArrayInputStream(certificates[i].getEncoded()));
            }
            // The chain is ours to check; that the server uses it as what it is, is the library's.
            TlsUtils.checkPeerSigAlgs(context, certificates);
            return authorities.obstacle(chain, host);
        } catch (GeneralSecurityException | RuntimeException e) {
            return "its certificate could not be checked (" + e + ")";
        }
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 0x7f) {
                return false;
            }
        }
        return true;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    }
}
