package io.lethe.harness;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A certificate authority that lives as long as this JVM, made by the running JDK's keytool: its certificate as PEM and as a
 * trust store that every JDK reads, servers' certificates that it signed, and impostors' that it did not. Stateless but for
 * its directory.
 */
public final class Authority {

    static final String STORE_PASSWORD = "changeit";

    /** The names and addresses that a server on this machine has. */
    private static final String HERE = "san=dns:localhost,ip:127.0.0.1";

    private static final String CA = "ca";

    private final Path directory;

    private Authority(Path directory) {
        this.directory = directory;
    }

    /** Makes an authority in a directory that goes away with this JVM. */
    public static Authority create() {
        Authority authority = new Authority(TemporaryFiles.directory("lethe-ca-"));
        authority.generate(CA, "CN=Test CA", "bc:c", "ku:c=keyCertSign");
        authority.export();
        return authority;
    }

    private void export() {
        KeyStore ca = load(CA);
        try {
            Certificate certificate = ca.getCertificate(CA);
            pem(certificate(), "CERTIFICATE", certificate.getEncoded());
            KeyStore trust = KeyStore.getInstance("JKS");
            trust.load(null, null);
            trust.setCertificateEntry(CA, certificate);
            try (OutputStream out = Files.newOutputStream(trustStore())) {
                trust.store(out, STORE_PASSWORD.toCharArray());
            }
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Its certificate, PEM. */
    public Path certificate() {
        return directory.resolve("ca.pem");
    }

    /** A store with nothing but its certificate. */
    Path trustStore() {
        return directory.resolve("trust.jks");
    }

    /** The flags by which a JVM trusts this authority and no other. */
    public List<String> trusted() {
        return List.of(
                "-Djavax.net.ssl.trustStore=" + trustStore(),
                "-Djavax.net.ssl.trustStoreType=JKS",
                "-Djavax.net.ssl.trustStorePassword=" + STORE_PASSWORD);
    }

    /** A certificate for localhost and 127.0.0.1 that this authority signed. */
    public Identity server(String name) {
        return signed(name, "localhost", HERE);
    }

    /** A certificate that this authority signed for other hosts. */
    public Identity serverOf(String... hosts) {
        return signed(hosts[0], hosts[0], "san=dns:" + String.join(",dns:", hosts));
    }

    /** A certificate for localhost and 127.0.0.1 that nobody signed but itself. */
    public Identity impostor(String name) {
        generate(name, "CN=localhost", HERE);
        return new Identity(name, directory);
    }

    /** A certificate for another host that nobody signed but itself. */
    public Identity impostorOf(String host) {
        String name = host + "-impostor";
        generate(name, "CN=" + host, "san=dns:" + host);
        return new Identity(name, directory);
    }

    /** A certificate for localhost and 127.0.0.1 that this authority signed, and whose time is over. */
    public Identity expired(String name) {
        return signed(CA, name, "localhost", HERE, "-startdate", "-20d", "-validity", "10");
    }

    /**
     * A certificate for localhost and 127.0.0.1 that the owner of another server's certificate signed, as only an authority
     * may; its chain leads to this authority.
     */
    public Identity forged(String name, Identity owner) {
        return signed(owner.name(), name, "localhost", HERE, "-validity", "30");
    }

    private Identity signed(String name, String host, String alternativeNames) {
        return signed(CA, name, host, alternativeNames, "-validity", "30");
    }

    private Identity signed(String issuer, String name, String host, String alternativeNames, String... time) {
        generate(name, "CN=" + host, alternativeNames);
        byte[] request = keytool(name, new byte[0], "-certreq", "-alias", name);
        List<String> sign = new ArrayList<>(List.of("-gencert", "-alias", issuer, "-rfc", "-ext", alternativeNames));
        sign.addAll(List.of(time));
        byte[] certificate = keytool(issuer, request, sign.toArray(new String[0]));
        for (String above : issuer.equals(CA) ? List.of(CA) : List.of(CA, issuer)) {
            byte[] exported = keytool(above, new byte[0], "-exportcert", "-alias", above, "-rfc");
            keytool(name, exported, "-importcert", "-alias", above, "-noprompt");
        }
        keytool(name, certificate, "-importcert", "-alias", name, "-noprompt");
        return new Identity(name, directory);
    }

    private void generate(String name, String distinguished, String... extensions) {
        List<String> arguments = new ArrayList<>(List.of(
                "-genkeypair", "-alias", name, "-keyalg", "RSA", "-keysize", "2048", "-validity", "30", "-dname"));
        arguments.add(distinguished);
        for (String extension : extensions) {
            arguments.addAll(List.of("-ext", extension));
        }
        keytool(name, new byte[0], arguments.toArray(new String[0]));
    }

    private byte[] keytool(String store, byte[] input, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin/keytool").toString());
        command.addAll(List.of(arguments));
        command.addAll(List.of("-storetype", "PKCS12", "-storepass", STORE_PASSWORD, "-keystore"));
        command.add(directory.resolve(store + ".p12").toString());
        return Commands.run(command, input).orFail().out().getBytes(StandardCharsets.US_ASCII);
    }

    private KeyStore load(String name) {
        return new Identity(name, directory).store();
    }

    private static void pem(Path file, String type, byte[] content) throws IOException {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        Files.writeString(file, "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n");
    }

    /** A server's private key and certificate. */
    public record Identity(String name, Path directory) {

        /** As a Java key store; its password is {@link #STORE_PASSWORD}. */
        KeyStore store() {
            try (InputStream in = Files.newInputStream(directory.resolve(name + ".p12"))) {
                KeyStore keys = KeyStore.getInstance("PKCS12");
                keys.load(in, STORE_PASSWORD.toCharArray());
                return keys;
            } catch (GeneralSecurityException | IOException e) {
                throw new IllegalStateException("keytool's key store could not be read", e);
            }
        }

        /** Writes {@code server.crt} and {@code server.key} into a directory, as PEM. */
        void writeTo(Path target) {
            try {
                byte[] key = store().getKey(name, STORE_PASSWORD.toCharArray()).getEncoded();
                pem(target.resolve("server.key"), "PRIVATE KEY", key);
                pem(
                        target.resolve("server.crt"),
                        "CERTIFICATE",
                        store().getCertificate(name).getEncoded());
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** What a server in this JVM needs to show this certificate. */
        SSLContext context() {
            try {
                KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
                keys.init(store(), STORE_PASSWORD.toCharArray());
                SSLContext context = SSLContext.getInstance("TLS");
                context.init(keys.getKeyManagers(), null, null);
                return context;
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        /** The certificate alone, PEM. */
        public Path certificate() {
            try {
                Path file = directory.resolve(name + ".pem");
                pem(file, "CERTIFICATE", store().getCertificate(name).getEncoded());
                return file;
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Its key's pin as a grant names it: {@code sha256/...}. */
        public String pin() {
            try {
                byte[] key = store().getCertificate(name).getPublicKey().getEncoded();
                return "sha256/"
                        + Base64.getEncoder()
                                .encodeToString(
                                        MessageDigest.getInstance("SHA-256").digest(key));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
