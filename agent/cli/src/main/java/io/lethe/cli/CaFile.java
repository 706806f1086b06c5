package io.lethe.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Certificates from a PEM file. Such files lie beside private keys, and one that was named by mistake is refused without
 * being shown: it is read into a direct buffer that is overwritten, and only certificates are taken out of it.
 *
 * <p>Stateless.
 */
final class CaFile {

    private static final int MAX = 1 << 20;
    private static final int MAX_LABEL = 40;
    private static final String BEGIN = "-----BEGIN ";
    private static final String DASHES = "-----";

    private CaFile() {}

    /** Each certificate of the file once, in DER; at least one. */
    static List<byte[]> read(Path file) throws CliException {
        ByteBuffer text = ByteBuffer.allocateDirect(MAX);
        try {
            fill(text, file);
            if (find(text, 0, "PRIVATE KEY-----") >= 0) {
                throw CliException.usage(file + " holds a private key; name a file that holds certificates only");
            }
            return certificates(text, file);
        } finally {
            text.clear();
            for (int i = 0; i < MAX; i++) {
                text.put(i, (byte) 0);
            }
        }
    }

    private static void fill(ByteBuffer text, Path file) throws CliException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            int n = channel.read(text);
            while (n > 0) {
                n = channel.read(text);
            }
        } catch (NoSuchFileException e) {
            throw CliException.usage("there is no file " + file);
        } catch (IOException e) {
            throw CliException.failed(file + " cannot be read (" + e.getMessage() + ")");
        }
        if (!text.hasRemaining()) {
            throw CliException.usage(file + " is longer than 1 MiB; name those authorities only that sign this server");
        }
        text.flip();
    }

    private static List<byte[]> certificates(ByteBuffer text, Path file) throws CliException {
        List<byte[]> certificates = new ArrayList<>();
        int begin = find(text, 0, BEGIN);
        while (begin >= 0) {
            String label = label(text, begin + BEGIN.length());
            if (label == null || !(label.equals("CERTIFICATE") || label.equals("X509 CERTIFICATE"))) {
                throw CliException.usage(file + " holds " + (label == null ? "something" : "a " + label)
                        + " that is no certificate; name a file that holds certificates only");
            }
            int from = begin + BEGIN.length() + label.length() + DASHES.length();
            int to = find(text, from, "-----END " + label + DASHES);
            int next = find(text, from, BEGIN);
            if (to < 0 || (next >= 0 && next < to)) {
                throw CliException.usage("certificate " + (certificates.size() + 1) + " in " + file
                        + " is cut off: its line " + "-----END " + label + DASHES + " is missing");
            }
            add(certificates, text, from, to, file);
            begin = next;
        }
        if (certificates.isEmpty()) {
            boolean der = text.limit() > 0 && text.get(0) == 0x30;
            throw CliException.usage(file + " holds no certificate in PEM"
                    + (der
                            ? "; where it is one in DER, openssl x509 -inform der -in FILE -out ca.pem converts it"
                            : ", which has a line -----BEGIN CERTIFICATE-----"));
        }
        return certificates;
    }

    private static void add(List<byte[]> certificates, ByteBuffer text, int from, int to, Path file)
            throws CliException {
        byte[] der;
        try {
            der = Base64.getDecoder().decode(digits(text, from, to));
        } catch (IllegalArgumentException e) {
            der = new byte[0];
        }
        if (Certificates.parse(der) == null) {
            throw CliException.usage("certificate " + (certificates.size() + 1) + " in " + file
                    + " is damaged: it cannot be read as an X.509 certificate");
        }
        for (byte[] known : certificates) {
            if (Arrays.equals(known, der)) {
                return;
            }
        }
        certificates.add(der);
    }

    private static byte[] digits(ByteBuffer text, int from, int to) {
        byte[] digits = new byte[to - from];
        int length = 0;
        for (int i = from; i < to; i++) {
            byte c = text.get(i);
            if (c != '\n' && c != '\r' && c != ' ' && c != '\t') {
                digits[length++] = c;
            }
        }
        return Arrays.copyOf(digits, length);
    }

    /** Null where it is not one that PEM has, and so perhaps not fit to be shown. */
    private static @Nullable String label(ByteBuffer text, int from) {
        int end = find(text, from, DASHES);
        if (end < 0 || end - from > MAX_LABEL) {
            return null;
        }
        StringBuilder label = new StringBuilder();
        for (int i = from; i < end; i++) {
            char c = (char) text.get(i);
            if (!((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ' ')) {
                return null;
            }
            label.append(c);
        }
        return label.toString();
    }

    private static int find(ByteBuffer text, int from, String what) {
        for (int i = from; i <= text.limit() - what.length(); i++) {
            int n = 0;
            while (n < what.length() && text.get(i + n) == what.charAt(n)) {
                n++;
            }
            if (n == what.length()) {
                return i;
            }
        }
        return -1;
    }
}
