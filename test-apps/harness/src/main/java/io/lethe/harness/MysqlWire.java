package io.lethe.harness;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** One end of MySQL's protocol: messages with their numbers, and the texts that are in them. One thread. */
final class MysqlWire {

    private InputStream in;
    private OutputStream out;
    private int sequence;

    MysqlWire(InputStream in, OutputStream out) {
        over(in, out);
    }

    /** From now on through these, such as TLS. */
    void over(InputStream newIn, OutputStream newOut) {
        in = newIn;
        out = newOut;
    }

    byte[] read() throws IOException {
        byte[] header = in.readNBytes(4);
        if (header.length < 4) {
            throw new EOFException("the client hung up");
        }
        sequence = header[3] + 1;
        return in.readNBytes((header[0] & 0xff) | (header[1] & 0xff) << 8 | (header[2] & 0xff) << 16);
    }

    void write(byte[] body) throws IOException {
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        little(packet, body.length, 3);
        packet.write(sequence++);
        packet.writeBytes(body);
        out.write(packet.toByteArray());
        out.flush();
    }

    void ok() throws IOException {
        write(new byte[] {0, 0, 0, 2, 0, 0, 0});
    }

    void error(int code, String state, String message) throws IOException {
        ByteArrayOutputStream error = new ByteArrayOutputStream();
        error.write(0xff);
        little(error, code, 2);
        error.writeBytes(ascii("#" + state + message));
        write(error.toByteArray());
    }

    /** A result of texts: its columns, and at most one row. */
    void result(List<String> columns, List<String> row) throws IOException {
        write(new byte[] {(byte) columns.size()});
        for (String column : columns) {
            ByteArrayOutputStream definition = new ByteArrayOutputStream();
            for (String text : List.of("def", "", "", "", column, column)) {
                text(definition, text);
            }
            definition.writeBytes(new byte[] {12, 45, 0, 0, 4, 0, 0, (byte) 253, 0, 0, 0, 0, 0});
            write(definition.toByteArray());
        }
        end();
        if (!row.isEmpty()) {
            ByteArrayOutputStream values = new ByteArrayOutputStream();
            row.forEach(value -> text(values, value));
            write(values.toByteArray());
        }
        end();
    }

    private void end() throws IOException {
        write(new byte[] {(byte) 0xfe, 0, 0, 2, 0});
    }

    private static void text(ByteArrayOutputStream to, String text) {
        to.write(text.length());
        to.writeBytes(ascii(text));
    }

    static void little(ByteArrayOutputStream to, int value, int bytes) {
        for (int i = 0; i < bytes; i++) {
            to.write(value >> 8 * i);
        }
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
