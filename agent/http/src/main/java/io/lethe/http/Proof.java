package io.lethe.http;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Before the first marker of a JVM: two engines of its own JSSE shake hands in memory, and what the server decrypts must be what a
 * marker was to become. So a JDK whose JSSE changed under our hooks refuses references instead of sending markers.
 *
 * <p>Loaded by the agent loader, once. No network, no file; the key and certificate are made here and live for one
 * handshake.
 */
final class Proof {

    private static final String HOST = "lethe.invalid";
    private static final int ROUNDS = 60;

    private Proof() {}

    /** What arms a marker on the client's engine in place of a text in the data; returns the data to send. */
    interface Armer {
        byte[] arm(SSLEngine client, byte[] before, byte[] after) throws SSLException;
    }

    /**
     * Runs it for the newest protocol of this JVM and for TLS 1.2.
     *
     * @param expected what the server must receive between {@code before} and {@code after}; public, made for this
     * @return what is wrong, in one line; null where the swap fires
     */
    static @Nullable String obstacle(Armer armer, byte[] expected) {
        try {
            SSLContext context = context();
            String[][] protocols = {null, {"TLSv1.2"}};
            for (String[] protocol : protocols) {
                String obstacle = run(context, protocol, armer, expected);
                if (obstacle != null) {
                    return obstacle;
                }
            }
            return null;
        } catch (Exception e) {
            Throwable cause = e.getCause();
            return "the proof failed with " + e + (cause == null ? "" : " (" + cause + ")");
        }
    }

    private static @Nullable String run(SSLContext context, String @Nullable [] protocols, Armer armer, byte[] expected)
            throws Exception {
        SSLEngine client = context.createSSLEngine(HOST, 443);
        SSLEngine server = context.createSSLEngine();
        client.setUseClientMode(true);
        server.setUseClientMode(false);
        if (protocols != null) {
            if (!Arrays.asList(client.getSupportedProtocols()).contains(protocols[0])) {
                return null;
            }
            client.setEnabledProtocols(protocols);
            server.setEnabledProtocols(protocols);
        }
        Pipe pipe = new Pipe(client, server);
        pipe.shakeHands();
        byte[] before = "GET / HTTP/1.1\r\nX-Proof: ".getBytes(StandardCharsets.US_ASCII);
        byte[] after = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        byte[] received = pipe.send(armer.arm(client, before, after));
        byte[] wanted = new byte[before.length + expected.length + after.length];
        System.arraycopy(before, 0, wanted, 0, before.length);
        System.arraycopy(expected, 0, wanted, before.length, expected.length);
        System.arraycopy(after, 0, wanted, before.length + expected.length, after.length);
        return Arrays.equals(received, wanted)
                ? null
                : "the swap did not fire with " + client.getSession().getProtocol() + " "
                        + client.getSession().getCipherSuite();
    }

    private static SSLContext context() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair pair = generator.generateKeyPair();
        X509Certificate certificate = selfSigned(pair);
        SSLContext context = SSLContext.getInstance("TLS", "SunJSSE");
        context.init(
                new KeyManager[] {new OneKey(pair.getPrivate(), certificate)},
                new TrustManager[] {new OneCertificate(certificate)},
                new SecureRandom());
        return context;
    }

    /** A version 3 certificate in DER (RFC 5280, 4.1), good for some days around now. */
    private static X509Certificate selfSigned(KeyPair pair) throws Exception {
        byte[] algorithm = tlv(0x30, tlv(0x06, new byte[] {0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 4, 3, 2}));
        byte[] name = tlv(
                0x30,
                tlv(
                        0x31,
                        tlv(
                                0x30,
                                tlv(0x06, new byte[] {0x55, 4, 3}),
                                tlv(0x0c, HOST.getBytes(StandardCharsets.US_ASCII)))));
        byte[] validity = tlv(
                0x30,
                tlv(0x17, "200101000000Z".getBytes(StandardCharsets.US_ASCII)),
                tlv(0x18, "99991231235959Z".getBytes(StandardCharsets.US_ASCII)));
        byte[] body = tlv(
                0x30,
                tlv(0xa0, tlv(0x02, new byte[] {2})),
                tlv(
                        0x02,
                        new BigInteger(63, new SecureRandom())
                                .add(BigInteger.ONE)
                                .toByteArray()),
                algorithm,
                name,
                validity,
                name,
                pair.getPublic().getEncoded());
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(pair.getPrivate());
        signature.update(body);
        byte[] signed = signature.sign();
        byte[] bits = new byte[signed.length + 1];
        System.arraycopy(signed, 0, bits, 1, signed.length);
        byte[] whole = tlv(0x30, body, algorithm, tlv(0x03, bits));
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(whole));
    }

    private static byte[] tlv(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.write(part, 0, part.length);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        int length = content.size();
        if (length > 255) {
            out.write(0x82);
            out.write(length >> 8);
        } else if (length > 127) {
            out.write(0x81);
        }
        out.write(length);
        byte[] bytes = content.toByteArray();
        out.write(bytes, 0, bytes.length);
        return out.toByteArray();
    }

    /** Two engines and the bytes between them. */
    private static final class Pipe {

        private final SSLEngine client;
        private final SSLEngine server;
        private final ByteBuffer toServer = ByteBuffer.allocate(1 << 16);
        private final ByteBuffer toClient = ByteBuffer.allocate(1 << 16);
        private final ByteBuffer atServer = ByteBuffer.allocate(1 << 16);
        private final ByteBuffer atClient = ByteBuffer.allocate(1 << 16);

        Pipe(SSLEngine client, SSLEngine server) {
            this.client = client;
            this.server = server;
        }

        void shakeHands() throws SSLException {
            client.beginHandshake();
            server.beginHandshake();
            ByteBuffer nothing = ByteBuffer.allocate(0);
            for (int i = 0; i < ROUNDS; i++) {
                wrap(client, nothing, toServer);
                unwrap(server, toServer, atServer);
                wrap(server, nothing, toClient);
                unwrap(client, toClient, atClient);
                if (isDone(client) && isDone(server) && toServer.position() == 0 && toClient.position() == 0) {
                    return;
                }
            }
            throw new SSLException("the handshake in memory does not end");
        }

        byte[] send(byte[] data) throws SSLException {
            ByteBuffer source = ByteBuffer.wrap(data);
            while (source.hasRemaining()) {
                wrap(client, source, toServer);
                unwrap(server, toServer, atServer);
            }
            byte[] received = new byte[atServer.position()];
            atServer.flip();
            atServer.get(received);
            return received;
        }

        private static boolean isDone(SSLEngine engine) {
            return engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
        }

        private static void wrap(SSLEngine engine, ByteBuffer source, ByteBuffer net) throws SSLException {
            do {
                tasks(engine);
                SSLEngineResult result = engine.wrap(source, net);
                if (result.getStatus() != Status.OK) {
                    throw new SSLException("wrap: " + result.getStatus());
                }
                tasks(engine);
            } while (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP);
        }

        private static void unwrap(SSLEngine engine, ByteBuffer net, ByteBuffer data) throws SSLException {
            net.flip();
            while (net.hasRemaining()) {
                SSLEngineResult result = engine.unwrap(net, data);
                tasks(engine);
                if (result.getStatus() != Status.OK || result.bytesConsumed() == 0) {
                    break;
                }
            }
            net.compact();
        }

        private static void tasks(SSLEngine engine) {
            for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
                task.run();
            }
        }
    }

    /** Extended, as is the other: JSSE asks a plain one for no alias on behalf of an engine. */
    private static final class OneKey extends X509ExtendedKeyManager {

        private final PrivateKey key;
        private final X509Certificate certificate;

        OneKey(PrivateKey key, X509Certificate certificate) {
            this.key = key;
            this.certificate = certificate;
        }

        @Override
        public String @Nullable [] getClientAliases(String type, Principal @Nullable [] issuers) {
            return null;
        }

        @Override
        public @Nullable String chooseClientAlias(
                String[] types, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return null;
        }

        @Override
        public String @Nullable [] getServerAliases(String type, Principal @Nullable [] issuers) {
            return type.startsWith("EC") ? new String[] {HOST} : null;
        }

        @Override
        public @Nullable String chooseServerAlias(
                String type, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return type.startsWith("EC") ? HOST : null;
        }

        @Override
        public @Nullable String chooseEngineServerAlias(
                String type, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
            return chooseServerAlias(type, issuers, null);
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return new X509Certificate[] {certificate};
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return key;
        }
    }

    private static final class OneCertificate extends X509ExtendedTrustManager {

        private final X509Certificate certificate;

        OneCertificate(X509Certificate certificate) {
            this.certificate = certificate;
        }

        private void check(X509Certificate[] chain) throws java.security.cert.CertificateException {
            if (!certificate.equals(chain[0])) {
                throw new java.security.cert.CertificateException("another certificate");
            }
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, @Nullable SSLEngine engine)
                throws java.security.cert.CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, @Nullable Socket socket)
                throws java.security.cert.CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type)
                throws java.security.cert.CertificateException {
            check(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, @Nullable SSLEngine engine)
                throws java.security.cert.CertificateException {
            check(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, @Nullable Socket socket)
                throws java.security.cert.CertificateException {
            check(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type)
                throws java.security.cert.CertificateException {
            check(chain);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
