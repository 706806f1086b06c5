package io.lethe.cli.scan;

import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** The encodings once more, made with the JDK's own means and on Strings: what the scanner's are checked against. */
final class PlainEncodings {

    record Encoded(String name, byte[] bytes) {}

    private final Random random = new Random(11);
    private final List<Encoded> all = new ArrayList<>();

    private PlainEncodings() {}

    static List<Encoded> of(String secret) {
        PlainEncodings e = new PlainEncodings();
        byte[] utf8 = secret.getBytes(StandardCharsets.UTF_8);
        byte[] latin1 = secret.getBytes(StandardCharsets.ISO_8859_1);
        byte[] little = secret.getBytes(StandardCharsets.UTF_16LE);
        byte[] big = secret.getBytes(StandardCharsets.UTF_16BE);
        e.add("utf-8", utf8);
        e.add("utf-16le", little);
        e.add("utf-16be", big);
        e.swapped("utf-8", utf8);
        e.swapped("utf-16le", little);
        e.swapped("utf-16be", big);
        e.words(utf8);
        e.text("", utf8);
        if (latin1.length != utf8.length) {
            e.add("latin1", latin1);
            e.swapped("latin1", latin1);
            e.words(latin1);
            e.text("latin1+", latin1);
        }
        e.add("cp037", secret.getBytes(Charset.forName("Cp037")));
        e.add("cp500", secret.getBytes(Charset.forName("Cp500")));
        e.add("flip", xor(utf8, 0xff));
        e.add("flip+utf-16le", xor(little, 0xff));
        e.add("flip-low+utf-16le", derbyFlip(secret).getBytes(StandardCharsets.UTF_16LE));
        e.add("tds7", tds7(secret));
        e.url(URLEncoder.encode(secret, StandardCharsets.UTF_8));
        e.url(URLEncoder.encode(secret, StandardCharsets.UTF_8).replace("+", "%20"));
        return e.all;
    }

    /** What is looked for of a derived value. */
    static List<Encoded> ofDerived(byte[] value) {
        PlainEncodings e = new PlainEncodings();
        e.add("raw", value);
        e.swapped("raw", value);
        e.words(value);
        return e.all;
    }

    private void words(byte[] raw) {
        add("xor-36", xor(raw, 0x36));
        add("xor-5c", xor(raw, 0x5c));
        swapped("xor-36", xor(raw, 0x36));
        swapped("xor-5c", xor(raw, 0x5c));
    }

    private void text(String prefix, byte[] raw) {
        everyWidth(prefix + "hex", HexFormat.of().formatHex(raw));
        everyWidth(prefix + "hex-upper", HexFormat.of().withUpperCase().formatHex(raw));
        huffman(prefix + "hpack-huffman", raw);
        for (String user : new String[] {"", "u", "u:", "bob:", "anna:"}) {
            byte[] group = user.getBytes(StandardCharsets.US_ASCII);
            ByteBuffer both =
                    ByteBuffer.allocate(group.length + raw.length).put(group).put(raw);
            everyWidth(prefix + "base64", Base64.getEncoder().encodeToString(both.array()));
            everyWidth(
                    prefix + "base64", Base64.getUrlEncoder().withoutPadding().encodeToString(both.array()));
        }
    }

    /** Behind other characters, at each place in a byte; its last bits share a byte with the end of the string, all ones. */
    private void huffman(String name, byte[] raw) {
        String code = bits(raw);
        String ahead = bits("aaaaaaaa".getBytes(StandardCharsets.US_ASCII));
        for (int before = 0; before < 8; before++) {
            String all = ahead.substring(0, before) + code;
            int whole = all.length() / 8;
            int first = before == 0 ? 0 : 1;
            byte[] bytes = new byte[whole - first];
            for (int i = first; i < whole; i++) {
                bytes[i - first] = (byte) Integer.parseInt(all.substring(8 * i, 8 * i + 8), 2);
            }
            add(name, bytes);
        }
    }

    /** The code itself is compared with the RFC's examples in HpackHuffmanTest. */
    private static String bits(byte[] raw) {
        StringBuilder bits = new StringBuilder();
        for (byte b : raw) {
            String code = Integer.toBinaryString(HpackHuffman.code(b & 0xff));
            bits.append("0".repeat(HpackHuffman.length(b & 0xff) - code.length()))
                    .append(code);
        }
        return bits.toString();
    }

    private void url(String encoded) {
        everyWidth("url", encoded);
        StringBuilder lower = new StringBuilder(encoded);
        for (int i = 0; i < lower.length(); i++) {
            if (lower.charAt(i) == '%') {
                lower.replace(i + 1, i + 3, lower.substring(i + 1, i + 3).toLowerCase(Locale.ROOT));
            }
        }
        everyWidth("url", lower.toString());
    }

    private void everyWidth(String name, String text) {
        add(name, text.getBytes(StandardCharsets.US_ASCII));
        add(name + "+utf-16le", text.getBytes(StandardCharsets.UTF_16LE));
        add(name + "+utf-16be", text.getBytes(StandardCharsets.UTF_16BE));
    }

    /** As a digest reads a block into an int[] or long[]: with something before and behind. */
    private void swapped(String name, byte[] raw) {
        for (int before = 0; before < 8; before++) {
            byte[] block = new byte[(before + raw.length + 7) / 8 * 8];
            random.nextBytes(block);
            System.arraycopy(raw, 0, block, before, raw.length);
            ByteBuffer read = ByteBuffer.wrap(block).order(ByteOrder.BIG_ENDIAN);
            ByteBuffer ints = ByteBuffer.allocate(block.length).order(ByteOrder.LITTLE_ENDIAN);
            while (ints.hasRemaining()) {
                ints.putInt(read.getInt());
            }
            add("swap-32+" + name, ints.array());
            read.clear();
            ByteBuffer longs = ByteBuffer.allocate(block.length).order(ByteOrder.LITTLE_ENDIAN);
            while (longs.hasRemaining()) {
                longs.putLong(read.getLong());
            }
            add("swap-64+" + name, longs.array());
        }
    }

    private static byte[] xor(byte[] bytes, int with) {
        byte[] changed = bytes.clone();
        for (int i = 0; i < changed.length; i++) {
            changed[i] ^= (byte) with;
        }
        return changed;
    }

    private static String derbyFlip(String secret) {
        char[] characters = secret.toCharArray();
        for (int i = 0; i < characters.length; i++) {
            characters[i] ^= 0xff;
        }
        return new String(characters);
    }

    /** MS-TDS 2.2.6.4: per byte swap the four high bits with the four low bits, then xor 0xA5. */
    private static byte[] tds7(String secret) {
        byte[] bytes = secret.getBytes(StandardCharsets.UTF_16LE);
        for (int i = 0; i < bytes.length; i++) {
            int b = bytes[i] & 0xff;
            bytes[i] = (byte) ((b >> 4 | b << 4) ^ 0xa5);
        }
        return bytes;
    }

    private void add(String name, byte[] bytes) {
        all.add(new Encoded(name, bytes));
    }
}
