package io.lethe.broker.audit;

import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import org.jspecify.annotations.Nullable;

/**
 * Where the heads of manifests go, so that they are kept out of the writing user's reach: to standard error, which systemd
 * puts into its journal, to a syslog server, or to a file. What cannot be sent is said once on standard error and does not
 * keep any secret back: the trail itself is whole.
 *
 * <p>Loaded by the agent loader and the command line's. Thread-safe.
 */
public final class Heads {

    /** What each such line begins with, wherever it is found again. */
    static final String MARK = "lethe-audit-head ";

    private static final String SYSLOG = "syslog:";
    private static final String STDERR = "stderr";
    /** RFC 5424: facility 13 (log audit), severity 6 (informational). */
    private static final String PRIORITY = "<110>1 ";

    /** As stat tells it. */
    private static final int FILE_TYPE = 0170000;

    private static final int CHARACTER_DEVICE = 0020000;

    private static final int MAX_PORT = 65_535;

    private final @Nullable String where;
    private volatile boolean said;

    private Heads(@Nullable String where) {
        this.where = where;
    }

    /** They stay in the manifest. */
    public static Heads nowhere() {
        return new Heads(null);
    }

    /**
     * As the configuration says.
     *
     * @param where {@code stderr}, {@code syslog:<host>:<port>} (RFC 5424 over UDP) or a file, which must be there already
     */
    public static Heads to(@Nullable String where) {
        return new Heads(where);
    }

    /** What is wrong with such a setting; null where nothing is. */
    public static @Nullable String check(String where) {
        if (!where.startsWith(SYSLOG)) {
            return where.isEmpty() ? "must be stderr, syslog:<host>:<port> or a file" : null;
        }
        return Address.of(where.substring(SYSLOG.length())) == null ? "must be syslog:<host>:<port>" : null;
    }

    /** What is wrong with a host and port; null where nothing is. */
    public static @Nullable String checkAddress(String address) {
        return Address.of(address) == null ? "must be <host>:<port>" : null;
    }

    static String line(String host, String manifest, long seq, String head) {
        return MARK + "host=" + host.replace(' ', '_') + " manifest=" + manifest + " seq=" + seq + " head=" + head;
    }

    void keep(String line) {
        if (where == null) {
            return;
        }
        try {
            send(where, line);
        } catch (IOException | RuntimeException e) {
            if (!said) {
                said = true;
                System.err.println("lethe: the audit trail's heads cannot be sent to " + where + " (" + e.getMessage()
                        + "); until they can, nothing shows a trail that was written anew");
            }
        }
    }

    private static void send(String where, String line) throws IOException {
        if (where.equals(STDERR)) {
            System.err.println(line);
        } else if (where.startsWith(SYSLOG)) {
            Address address = Address.of(where.substring(SYSLOG.length()));
            if (address == null) {
                throw new IOException("that is no host and port");
            }
            String message = PRIORITY + new Clock().now() + " - lethe - - - " + line;
            byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
            try (DatagramSocket socket = new DatagramSocket()) {
                socket.send(new DatagramPacket(bytes, bytes.length, InetAddress.getByName(address.host), address.port));
            }
        } else {
            File file = new File(where);
            if (!file.exists()) {
                throw new IOException("the file does not exist; make it as a user whom the application is not");
            }
            if (!file.isFile() && !isCharacterDevice(file)) {
                // Who opens a pipe waits until somebody reads it.
                throw new IOException("it is neither a regular file nor a character device");
            }
            try (FileOutputStream out = new FileOutputStream(file, true)) {
                out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    private static boolean isCharacterDevice(File file) throws IOException {
        try {
            Object mode = Files.getAttribute(file.toPath(), "unix:mode");
            return mode instanceof Integer && ((Integer) mode & FILE_TYPE) == CHARACTER_DEVICE;
        } catch (UnsupportedOperationException | IllegalArgumentException e) {
            return false;
        }
    }

    /** A host and a port. */
    static final class Address {

        final String host;
        final int port;

        private Address(String host, int port) {
            this.host = host;
            this.port = port;
        }

        static @Nullable Address of(String text) {
            int colon = text.lastIndexOf(':');
            if (colon < 1) {
                return null;
            }
            try {
                int port = Integer.parseInt(text.substring(colon + 1));
                return port < 1 || port > MAX_PORT ? null : new Address(text.substring(0, colon), port);
            } catch (NumberFormatException e) {
                return null;
            }
        }
    }
}
