package io.lethe.broker.ask;

import io.lethe.secret.NotSecret;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One response of HTTP/1.1 (RFC 9112): status and body, which is as long as it says, chunked, or goes to the end. Sizes are
 * bounded; what is not such a response is an {@link IOException} with the reason.
 *
 * <p>Loaded by the agent loader. One thread.
 */
final class Reply {

    static final int MAX_BODY = 65_536;
    private static final int MAX_LINE = 8_192;
    private static final int MAX_HEADERS = 100;

    final int status;
    final byte[] body;

    private Reply(int status, byte[] body) {
        this.status = status;
        this.body = body;
    }

    static Reply read(InputStream in) throws IOException {
        String line = line(in);
        int status = status(line);
        while (status >= 100 && status < 200) {
            // "100 Continue" and its like come before the answer.
            headers(in);
            status = status(line(in));
        }
        String[] framing = headers(in);
        if (status == 204 || status == 304) {
            return new Reply(status, new byte[0]);
        }
        String coding = framing[1];
        if (coding != null) {
            if (!coding.equals("chunked")) {
                throw new IOException("its answer has the unknown transfer coding " + coding);
            }
            return new Reply(status, chunked(in));
        }
        String length = framing[0];
        return new Reply(status, length == null ? toEnd(in) : exactly(in, number(length, 10)));
    }

    private static int status(String line) throws IOException {
        if (line.length() >= 12 && line.startsWith("HTTP/1.") && line.charAt(8) == ' ') {
            return number(line.substring(9, 12), 10);
        }
        throw new IOException("its answer is not HTTP/1.1");
    }

    /** Content-Length and Transfer-Encoding. */
    private static @Nullable String[] headers(InputStream in) throws IOException {
        @Nullable String[] framing = new @Nullable String[2];
        for (int i = 0; i < MAX_HEADERS; i++) {
            String line = line(in);
            if (line.isEmpty()) {
                return framing;
            }
            int colon = line.indexOf(':');
            String name = colon < 0 ? "" : line.substring(0, colon).toLowerCase(Locale.ROOT);
            int at = name.equals("content-length") ? 0 : name.equals("transfer-encoding") ? 1 : -1;
            if (at >= 0) {
                String value = line.substring(colon + 1).trim().toLowerCase(Locale.ROOT);
                if (framing[at] != null && !value.equals(framing[at])) {
                    throw new IOException("its answer has two lengths");
                }
                framing[at] = value;
            }
        }
        throw new IOException("its answer has more than " + MAX_HEADERS + " headers");
    }

    private static byte[] chunked(InputStream in) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            String line = line(in);
            int semicolon = line.indexOf(';');
            int size = number((semicolon < 0 ? line : line.substring(0, semicolon)).trim(), 16);
            if (size == 0) {
                return body.toByteArray();
            }
            byte[] chunk = exactly(in, size);
            if (body.size() + size > MAX_BODY) {
                throw tooLong();
            }
            body.write(chunk, 0, size);
            if (!line(in).isEmpty()) {
                throw new IOException("its answer is wrongly chunked");
            }
        }
    }

    private static byte[] exactly(InputStream in, int length) throws IOException {
        if (length > MAX_BODY) {
            throw tooLong();
        }
        byte[] body = new byte[length];
        for (int at = 0; at < length; ) {
            int n = in.read(body, at, length - at);
            if (n < 0) {
                throw new IOException("its answer is cut off");
            }
            at += n;
        }
        return body;
    }

    private static byte[] toEnd(InputStream in) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        byte[] buffer = new byte[4_096];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            body.write(buffer, 0, n);
            if (body.size() > MAX_BODY) {
                throw tooLong();
            }
        }
        return body.toByteArray();
    }

    @NotSecret("what a decision point answers")
    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new IOException("its answer is cut off");
            }
            if (line.size() == MAX_LINE) {
                throw tooLong();
            }
            line.write(c);
        }
        byte[] bytes = line.toByteArray();
        int length = bytes.length > 0 && bytes[bytes.length - 1] == '\r' ? bytes.length - 1 : bytes.length;
        return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
    }

    private static int number(String digits, int radix) throws IOException {
        try {
            int number = Integer.parseInt(digits, radix);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new IOException("its answer has no number where one should stand");
    }

    private static IOException tooLong() {
        return new IOException("its answer is longer than " + MAX_BODY + " bytes");
    }
}
