package io.lethe.harness;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What a client of MySQL's protocol says to log in. Immutable. */
final class MysqlLogin {

    final String user;
    final byte[] proof;
    final String plugin;

    private MysqlLogin(String user, byte[] proof, String plugin) {
        this.user = user;
        this.proof = proof;
        this.plugin = plugin;
    }

    /** The answer to a greeting: capabilities, limits and charset come first. */
    static MysqlLogin ofResponse(byte[] message, boolean withDatabase) {
        Reader reader = new Reader(message, 32);
        String user = reader.text();
        byte[] proof = reader.counted();
        if (withDatabase) {
            reader.text();
        }
        return new MysqlLogin(user, proof, reader.text());
    }

    /** COM_CHANGE_USER. */
    static MysqlLogin ofChange(byte[] message) {
        Reader reader = new Reader(message, 1);
        String user = reader.text();
        byte[] proof = reader.counted();
        reader.text();
        reader.skip(2);
        return new MysqlLogin(user, proof, reader.text());
    }

    private static final class Reader {
        private final byte[] bytes;
        private int at;

        Reader(byte[] bytes, int at) {
            this.bytes = bytes;
            this.at = at;
        }

        String text() {
            int end = at;
            while (end < bytes.length && bytes[end] != 0) {
                end++;
            }
            String text = new String(bytes, at, end - at, StandardCharsets.US_ASCII);
            at = end + 1;
            return text;
        }

        byte[] counted() {
            int count = bytes[at++] & 0xff;
            byte[] counted = Arrays.copyOfRange(bytes, at, at + count);
            at += count;
            return counted;
        }

        void skip(int count) {
            at += count;
        }
    }
}
