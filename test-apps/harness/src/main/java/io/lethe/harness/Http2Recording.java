package io.lethe.harness;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * The least of an HTTP/2 server that clients accept (RFC 9113): it reads frames, counts requests, and answers each with the
 * same head. One connection; stateless beside it.
 */
final class Http2Recording {

    private static final int PREFACE = 24;

    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int GOAWAY = 7;
    private static final int CONTINUATION = 9;

    private static final int ACK = 1;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;

    private Http2Recording() {}

    /**
     * @param redirect where each request is sent on to; null for plain success
     * @param requested called for each request that came in whole
     */
    static void speak(InputStream in, OutputStream out, String redirect, Runnable requested) throws IOException {
        exactly(in, PREFACE);
        frame(out, SETTINGS, 0, 0, new byte[0]);
        boolean ends = false;
        while (true) {
            byte[] head = exactly(in, 9);
            int length = (head[0] & 0xff) << 16 | (head[1] & 0xff) << 8 | head[2] & 0xff;
            int flags = head[4];
            int stream = (head[5] & 0x7f) << 24 | (head[6] & 0xff) << 16 | (head[7] & 0xff) << 8 | head[8] & 0xff;
            byte[] body = exactly(in, length);
            boolean over = false;
            switch (head[3]) {
                case SETTINGS -> {
                    if ((flags & ACK) == 0) {
                        frame(out, SETTINGS, ACK, 0, new byte[0]);
                    }
                }
                case PING -> {
                    if ((flags & ACK) == 0) {
                        frame(out, PING, ACK, 0, body);
                    }
                }
                case HEADERS -> {
                    ends = (flags & END_STREAM) != 0;
                    over = ends && (flags & END_HEADERS) != 0;
                }
                case CONTINUATION -> over = ends && (flags & END_HEADERS) != 0;
                case DATA -> over = (flags & END_STREAM) != 0;
                case GOAWAY -> {
                    return;
                }
                default -> {
                    // Window updates and priorities: nothing is sent that would need them.
                }
            }
            if (over) {
                requested.run();
                frame(out, HEADERS, END_HEADERS | END_STREAM, stream, answer(redirect));
            }
        }
    }

    /** Fields that are literals or in the static table, so that no table of ours is needed (RFC 7541). */
    private static byte[] answer(String redirect) throws IOException {
        ByteArrayOutputStream fields = new ByteArrayOutputStream();
        if (redirect == null) {
            fields.write(0x88);
        } else {
            fields.write(new byte[] {0x08, 3, '3', '0', '2', 0x0f, 0x1f, (byte) redirect.length()});
            fields.write(redirect.getBytes(StandardCharsets.US_ASCII));
        }
        return fields.toByteArray();
    }

    private static void frame(OutputStream out, int type, int flags, int stream, byte[] body) throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(body.length >> 16);
        frame.write(body.length >> 8);
        frame.write(body.length);
        frame.write(type);
        frame.write(flags);
        frame.write(stream >> 24);
        frame.write(stream >> 16);
        frame.write(stream >> 8);
        frame.write(stream);
        frame.write(body);
        out.write(frame.toByteArray());
        out.flush();
    }

    private static byte[] exactly(InputStream in, int count) throws IOException {
        byte[] read = in.readNBytes(count);
        if (read.length < count) {
            throw new EOFException();
        }
        return read;
    }
}
