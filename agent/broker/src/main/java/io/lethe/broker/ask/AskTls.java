package io.lethe.broker.ask;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * TLS to the decision point: chain and name are always checked, against the authorities of a file, else the JVM's default trust
 * store. What the application made its own default does not count.
 *
 * <p>Loaded by the agent loader. Thread-safe. The file is read anew where the last reading failed.
 */
final class AskTls {

    private static final String PROVIDER = "SunJSSE";

    private final @Nullable File authorities;
    private @Nullable SSLSocketFactory factory;

    /** @param authorities certificates in PEM; null for the JVM's default trust store */
    AskTls(@Nullable File authorities) {
        this.authorities = authorities;
    }

    /** Shakes hands over a socket that is connected; the result owns it. */
    Socket over(Socket plain, AskAddress address) throws IOException, GeneralSecurityException {
        SSLSocket socket = (SSLSocket) factory().createSocket(plain, address.host(), address.port(), true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    private synchronized SSLSocketFactory factory() throws IOException, GeneralSecurityException {
        SSLSocketFactory made = factory;
        if (made == null) {
            // By name: an application may have put a provider before it that accepts everything.
            TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX", PROVIDER);
            trust.init(authorities == null ? null : store(authorities));
            SSLContext context = SSLContext.getInstance("TLS", PROVIDER);
            context.init(null, trust.getTrustManagers(), null);
            made = context.getSocketFactory();
            factory = made;
        }
        return made;
    }

    private static KeyStore store(File pem) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        int count = 0;
        try (InputStream in = new FileInputStream(pem)) {
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("authority-" + count++, certificate);
            }
        }
        if (count == 0) {
            throw new IOException(pem + " holds no certificate");
        }
        return store;
    }
}
