package io.lethe.broker.vault;

import io.lethe.secret.Base64Bytes;
import io.lethe.secret.NotSecret;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The header of an age v1 file: its X25519 stanzas (others, such as grease, are passed over), its MAC, where it ends.
 *
 * <p>Loaded by the agent loader and the command line's. Nothing of a header is secret.
 */
final class AgeHeader {

    static final String VERSION = "age-encryption.org/v1";
    static final String X25519_STANZA = "-> X25519 ";
    static final String FOOTER = "---";

    private static final int MAX_HEADER = 1 << 16;
    private static final int COLUMNS = 64;
    private static final int BODY = 32;

    final List<Stanza> stanzas = new ArrayList<>();
    byte[] mac = new byte[0];
    /** How much of the file the MAC covers: up to and with the three dashes. */
    int macEnd;
    /** Where the payload begins. */
    int end;

    private final byte[] file;

    private AgeHeader(byte[] file) {
        this.file = file;
    }

    static AgeHeader parse(byte[] file) throws AgeException {
        AgeHeader header = new AgeHeader(file);
        if (!header.line().equals(VERSION)) {
            throw new AgeException("is not an age v1 file in binary form");
        }
        int start = header.end;
        String line = header.line();
        while (line.startsWith("-> ")) {
            byte[] body = header.body();
            if (line.startsWith(X25519_STANZA)) {
                byte[] share = decode(line.substring(X25519_STANZA.length()));
                if (share.length != Age.KEY || body.length != BODY) {
                    throw new AgeException("has a malformed header");
                }
                header.stanzas.add(new Stanza(share, body));
            }
            start = header.end;
            line = header.line();
        }
        if (!line.startsWith(FOOTER + " ")) {
            throw new AgeException("has a malformed header");
        }
        header.macEnd = start + FOOTER.length();
        header.mac = decode(line.substring(FOOTER.length() + 1));
        if (header.mac.length != Age.KEY) {
            throw new AgeException("has a malformed header");
        }
        return header;
    }

    /** Full lines of 64 columns and, as the last, one that is shorter, perhaps empty. */
    private byte[] body() throws AgeException {
        StringBuilder text = new StringBuilder();
        String line = line();
        while (line.length() == COLUMNS) {
            text.append(line);
            line = line();
        }
        if (line.length() > COLUMNS) {
            throw new AgeException("has a malformed header");
        }
        return decode(text.append(line).toString());
    }

    @NotSecret("the header of an age file is public")
    private String line() throws AgeException {
        int limit = Math.min(file.length, MAX_HEADER);
        for (int i = end; i < limit; i++) {
            if (file[i] == '\n') {
                String line = new String(file, end, i - end, StandardCharsets.ISO_8859_1);
                end = i + 1;
                return line;
            }
        }
        throw new AgeException(end == 0 ? "is not an age v1 file in binary form" : "is truncated");
    }

    private static byte[] decode(String text) throws AgeException {
        byte[] digits = text.getBytes(StandardCharsets.ISO_8859_1);
        try {
            byte[] bytes = new byte[Base64Bytes.decodedLength(digits, 0, digits.length, false)];
            Base64Bytes.decode(digits, 0, digits.length, bytes, 0, false);
            return bytes;
        } catch (IllegalArgumentException e) {
            throw new AgeException("has a malformed header");
        }
    }

    /** The file key, wrapped for one recipient. */
    static final class Stanza {

        final byte[] share;
        final byte[] body;

        Stanza(byte[] share, byte[] body) {
            this.share = share;
            this.body = body;
        }
    }
}
