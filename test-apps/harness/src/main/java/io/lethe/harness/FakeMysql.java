package io.lethe.harness;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Cipher;
import javax.net.ssl.SSLSocket;

/**
 * Speaks as much of MySQL 8's protocol as its drivers need to connect, ask who they are, and be cancelled. The user's name says
 * how it logs in: {@code fast} and {@code full} are ways of caching_sha2_password, all others are in {@link #PLUGINS}. Keeps what
 * clients sent to prove who they are. Thread-safe.
 */
public final class FakeMysql implements AutoCloseable {

    /** What 8.0 can, but for compression, session tracking and the end of EOF. */
    private static final int CAPABILITIES = 0x003ba20f | 0x0800;

    private static final int TLS = 0x0800;
    private static final int WITH_DATABASE = 8;
    private static final String CACHING = "caching_sha2_password";

    /** What the users are asked for. */
    private static final Map<String, String> PLUGINS = Map.of(
            "fast", CACHING,
            "full", CACHING,
            "native", "mysql_native_password",
            "sha256", "sha256_password",
            "clear", "mysql_clear_password",
            "old", "mysql_old_password",
            "kerberos", "authentication_kerberos_client",
            "ldap", "authentication_ldap_sasl_client");

    private static final byte[] SEED = MysqlWire.ascii("0123456789abcdefghij");

    private final byte[] password;
    private final Authority.Identity identity;
    private final String greets;
    private final Listener listener;
    private final KeyPair key = key();
    private final List<byte[]> proofs = new CopyOnWriteArrayList<>();
    private final List<byte[]> passwords = new CopyOnWriteArrayList<>();
    private final AtomicInteger ids = new AtomicInteger();
    private final AtomicInteger kills = new AtomicInteger();
    private final Map<Integer, CountDownLatch> sleeping = new ConcurrentHashMap<>();

    private FakeMysql(byte[] password, Authority.Identity identity, String greets) {
        this.password = password;
        this.identity = identity;
        this.greets = greets;
        listener = Listener.start(new Listener.Dialogue() {
            @Override
            public void speak(InputStream in, OutputStream out) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void speak(Socket socket, InputStream in, OutputStream out) throws IOException {
                // A result is many small messages, each of which would wait for the other side's word.
                socket.setTcpNoDelay(true);
                FakeMysql.this.speak(socket, new MysqlWire(in, out));
            }
        });
    }

    /**
     * @param password that of all users
     * @param identity null for a server without TLS
     */
    public static FakeMysql start(byte[] password, Authority.Identity identity) {
        return new FakeMysql(password, identity, CACHING);
    }

    /** One that names another plugin in its greeting. */
    public static FakeMysql greeting(String plugin, byte[] password, Authority.Identity identity) {
        return new FakeMysql(password, identity, plugin);
    }

    public String target() {
        return "mysql://127.0.0.1:" + listener.port() + "/orders";
    }

    public String url() {
        return "jdbc:" + target();
    }

    /** All that clients sent to prove who they are: scrambles, passwords and what was encrypted. */
    public List<byte[]> proofs() {
        return proofs;
    }

    /** The passwords that it has seen themselves, in clear text or with its own key. */
    public List<byte[]> passwords() {
        return passwords;
    }

    /** Everything that clients sent, as Latin-1; with TLS, as it was encrypted. */
    public String received() {
        return listener.text();
    }

    public int kills() {
        return kills.get();
    }

    /** Whether a client proved that it knows this password by one of the scrambles. */
    public boolean sawScrambleOf(byte[] wanted) {
        return proofs.stream()
                .anyMatch(proof ->
                        Arrays.equals(proof, nativeScramble(wanted)) || Arrays.equals(proof, cachingScramble(wanted)));
    }

    @Override
    public void close() {
        sleeping.values().forEach(CountDownLatch::countDown);
        listener.close();
    }

    private void speak(Socket socket, MysqlWire wire) throws IOException {
        int id = ids.incrementAndGet();
        wire.write(greeting(id));
        byte[] response = wire.read();
        boolean tls = identity != null && (response[1] << 8 & TLS) != 0;
        if (tls) {
            SSLSocket secured = (SSLSocket)
                    identity.context().getSocketFactory().createSocket(socket, null, socket.getPort(), true);
            secured.setUseClientMode(false);
            wire.over(secured.getInputStream(), secured.getOutputStream());
            response = wire.read();
        }
        MysqlLogin login = MysqlLogin.ofResponse(response, (response[0] & WITH_DATABASE) != 0);
        if (authenticate(wire, login, tls)) {
            serve(wire, login.user, id, tls);
        }
    }

    private boolean authenticate(MysqlWire wire, MysqlLogin login, boolean tls) throws IOException {
        String plugin = PLUGINS.getOrDefault(login.user, greets);
        byte[] proof = login.proof;
        proofs.add(proof);
        if (!plugin.equals(login.plugin)) {
            wire.write(demand(plugin));
            proof = wire.read();
            proofs.add(proof);
        }
        boolean right;
        switch (plugin) {
            case "mysql_native_password":
                right = Arrays.equals(proof, nativeScramble(password));
                break;
            case CACHING:
                right = caching(wire, login.user, proof, tls);
                break;
            case "sha256_password":
                right = isPassword(tls ? proof : byKey(wire, proof, 1));
                break;
            default:
                right = isPassword(proof);
                break;
        }
        if (right) {
            wire.ok();
        } else {
            wire.error(1045, "28000", "Access denied for user '" + login.user + "'@'127.0.0.1'");
        }
        return right;
    }

    private boolean caching(MysqlWire wire, String user, byte[] proof, boolean tls) throws IOException {
        boolean known = Arrays.equals(proof, cachingScramble(password));
        if (!user.equals("full") || !known) {
            if (known) {
                wire.write(new byte[] {1, 3});
            }
            return known;
        }
        wire.write(new byte[] {1, 4});
        byte[] sent = wire.read();
        proofs.add(sent);
        return isPassword(tls ? sent : byKey(wire, sent, 2));
    }

    /** The client asks for the key, and sends what only its owner can read. */
    private byte[] byKey(MysqlWire wire, byte[] request, int wanted) throws IOException {
        if (request.length != 1 || request[0] != wanted) {
            return request;
        }
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        answer.write(1);
        answer.writeBytes(MysqlWire.ascii("-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'})
                        .encodeToString(key.getPublic().getEncoded())
                + "\n-----END PUBLIC KEY-----\n"));
        wire.write(answer.toByteArray());
        byte[] encrypted = wire.read();
        proofs.add(encrypted);
        try {
            Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPWithSHA-1AndMGF1Padding");
            cipher.init(Cipher.DECRYPT_MODE, key.getPrivate());
            byte[] masked = cipher.doFinal(encrypted);
            byte[] seed = Arrays.copyOf(SEED, SEED.length + 1);
            for (int i = 0; i < masked.length; i++) {
                masked[i] ^= seed[i % SEED.length];
            }
            return masked;
        } catch (GeneralSecurityException e) {
            return encrypted;
        }
    }

    private boolean isPassword(byte[] sent) {
        passwords.add(sent);
        return Arrays.equals(sent, Arrays.copyOf(password, password.length + 1));
    }

    private void serve(MysqlWire wire, String first, int id, boolean tls) throws IOException {
        String user = first;
        while (true) {
            byte[] command = wire.read();
            String text = new String(command, 1, command.length - 1, StandardCharsets.UTF_8);
            switch (command[0]) {
                case 1:
                    return;
                case 3:
                    answer(wire, text, user, id);
                    break;
                case 17:
                    MysqlLogin login = MysqlLogin.ofChange(command);
                    user = login.user;
                    if (!authenticate(wire, login, tls)) {
                        return;
                    }
                    break;
                default:
                    wire.ok();
            }
        }
    }

    private void answer(MysqlWire wire, String query, String user, int id) throws IOException {
        String asked = query.replaceAll("/\\*.*?\\*/", "").trim();
        String lower = asked.toLowerCase();
        if (lower.startsWith("kill ")) {
            kills.incrementAndGet();
            sleeping.computeIfAbsent(Integer.parseInt(lower.replaceAll("\\D", "")), none -> new CountDownLatch(1))
                    .countDown();
            wire.ok();
        } else if (lower.startsWith("select sleep")) {
            try {
                sleeping.computeIfAbsent(id, none -> new CountDownLatch(1)).await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            sleeping.remove(id);
            wire.error(1317, "70100", "Query execution was interrupted");
        } else if (lower.startsWith("select") && lower.contains("@@")) {
            MysqlVariables.answer(wire, asked);
        } else if (lower.startsWith("select")) {
            wire.result(List.of("answer"), List.of(user + "@127.0.0.1 orders"));
        } else if (lower.startsWith("show")) {
            wire.result(List.of("Variable_name", "Value"), List.of());
        } else {
            wire.ok();
        }
    }

    private byte[] demand(String plugin) {
        ByteArrayOutputStream demand = new ByteArrayOutputStream();
        demand.write(0xfe);
        demand.writeBytes(MysqlWire.ascii(plugin + "\0"));
        demand.writeBytes(SEED);
        demand.write(0);
        return demand.toByteArray();
    }

    private byte[] greeting(int id) {
        int capabilities = identity == null ? CAPABILITIES & ~TLS : CAPABILITIES;
        ByteArrayOutputStream greeting = new ByteArrayOutputStream();
        greeting.write(10);
        greeting.writeBytes(MysqlWire.ascii("8.0.36\0"));
        MysqlWire.little(greeting, id, 4);
        greeting.write(SEED, 0, 8);
        greeting.write(0);
        MysqlWire.little(greeting, capabilities, 2);
        greeting.writeBytes(new byte[] {45, 2, 0});
        MysqlWire.little(greeting, capabilities >> 16, 2);
        greeting.write(SEED.length + 1);
        greeting.writeBytes(new byte[10]);
        greeting.write(SEED, 8, SEED.length - 8);
        greeting.write(0);
        greeting.writeBytes(MysqlWire.ascii(greets + "\0"));
        return greeting.toByteArray();
    }

    private static byte[] nativeScramble(byte[] password) {
        byte[] hash = digest("SHA-1", password);
        return xor(hash, digest("SHA-1", SEED, digest("SHA-1", hash)));
    }

    private static byte[] cachingScramble(byte[] password) {
        byte[] hash = digest("SHA-256", password);
        return xor(hash, digest("SHA-256", digest("SHA-256", hash), SEED));
    }

    private static byte[] xor(byte[] a, byte[] b) {
        byte[] result = a.clone();
        for (int i = 0; i < a.length; i++) {
            result[i] ^= b[i];
        }
        return result;
    }

    private static byte[] digest(String algorithm, byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance(algorithm);
            for (byte[] part : parts) {
                digest.update(part);
            }
            return digest.digest();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyPair key() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
