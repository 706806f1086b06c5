package legacy;

import java.lang.reflect.Method;
import java.net.Socket;
import java.security.KeyStore;
import java.security.Provider;
import java.security.Security;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.logging.ConsoleHandler;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.ManagerFactoryParameters;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.TrustManagerFactorySpi;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Starts another program after it has done what programs do to their JVM's security: {@code trust-all} trusts every
 * certificate and every name, for all clients that do not bring a TrustManager of their own; {@code provider=CLASS} puts a
 * provider before all others; {@code tls=PROVIDER} makes that one's TLS the default; {@code log=NAME} logs all of a logger
 * to standard error. The first argument that is none of these is the program's class.
 */
public final class Starter {

    private static Logger kept;

    private Starter() {}

    public static void main(String[] args) throws Exception {
        int i = 0;
        for (; args[i].indexOf('=') > 0 || args[i].equals("trust-all"); i++) {
            change(
                    args[i].substring(0, Math.max(args[i].indexOf('='), 0)),
                    args[i].substring(args[i].indexOf('=') + 1));
        }
        Method main = Class.forName(args[i]).getMethod("main", String[].class);
        main.invoke(null, (Object) Arrays.copyOfRange(args, i + 1, args.length));
    }

    private static void change(String what, String value) throws Exception {
        switch (what) {
            case "provider":
                provider(value);
                break;
            case "tls":
                SSLContext context = SSLContext.getInstance("TLS", value);
                TrustManagerFactory trusted =
                        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
                trusted.init((KeyStore) null);
                context.init(null, trusted.getTrustManagers(), null);
                use(context);
                break;
            case "log":
                kept = Logger.getLogger(value);
                kept.setLevel(Level.FINEST);
                Handler all = new ConsoleHandler();
                all.setLevel(Level.FINEST);
                kept.addHandler(all);
                break;
            default:
                trustAll();
        }
    }

    /** Puts a provider of security before all others. */
    static void provider(String type) throws Exception {
        Security.insertProviderAt(
                (Provider) Class.forName(type).getConstructor().newInstance(), 1);
    }

    private static void trustAll() throws Exception {
        Security.insertProviderAt(new Blind(), 1);
        Security.setProperty("ssl.TrustManagerFactory.algorithm", "Blind");
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new TrustsAll()}, null);
        use(context);
        HttpsURLConnection.setDefaultHostnameVerifier((host, session) -> true);
    }

    private static void use(SSLContext context) {
        SSLContext.setDefault(context);
        HttpsURLConnection.setDefaultSSLSocketFactory(context.getSocketFactory());
    }

    /** Bouncy Castle's AES and nothing else of it. */
    public static final class Ciphers extends Provider {

        private static final long serialVersionUID = 1L;

        @SuppressWarnings("deprecation") // the constructor of Java 8
        public Ciphers() {
            super("Ciphers", 1.0, "AES");
            put("Cipher.AES", "org.bouncycastle.jcajce.provider.symmetric.AES$ECB");
        }
    }

    /** Gives trust managers that trust everything to all who ask for the default ones. */
    private static final class Blind extends Provider {

        private static final long serialVersionUID = 1L;

        @SuppressWarnings("deprecation") // the constructor of Java 8
        Blind() {
            super("Blind", 1.0, "trusts everything");
            put("TrustManagerFactory.Blind", BlindFactory.class.getName());
        }
    }

    /** For {@link Blind}. */
    public static final class BlindFactory extends TrustManagerFactorySpi {

        @Override
        protected void engineInit(KeyStore store) {}

        @Override
        protected void engineInit(ManagerFactoryParameters parameters) {}

        @Override
        protected TrustManager[] engineGetTrustManagers() {
            return new TrustManager[] {new TrustsAll()};
        }
    }

    private static final class TrustsAll extends X509ExtendedTrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
