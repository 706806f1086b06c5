package io.lethe.premain;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * lethe.jar, read once into memory, so that whoever overwrites, renames or deletes the file under a running JVM does not
 * take away the classes that have not been loaded yet: a driver that is loaded without its hooks would send references.
 *
 * <p>Loaded by the system loader. Immutable, thread-safe. Reads the plain form of the zip format (APPNOTE.TXT 4.3: no zip64,
 * no encryption), which is what the build writes.
 */
final class JarImage {

    private static final int END_SIGNATURE = 0x06054b50;
    private static final int END_LENGTH = 22;
    private static final int CENTRAL_LENGTH = 46;
    private static final int LOCAL_LENGTH = 30;

    private static final int FREE = -1;

    private final byte[] bytes;

    /** Where the central headers begin, at the place that the hash of their name gives, or after it. */
    private final int[] headers;

    private JarImage(byte[] bytes) throws IOException {
        this.bytes = bytes;
        int end = bytes.length - END_LENGTH;
        while (end >= 0 && int32(end) != END_SIGNATURE) {
            end--;
        }
        if (end < 0) {
            throw new IOException("not a jar");
        }
        int count = int16(end + 10);
        headers = new int[Integer.highestOneBit(count + 1) << 2];
        Arrays.fill(headers, FREE);
        int at = int32(end + 16);
        for (int i = 0; i < count; i++) {
            int nameLength = int16(at + 28);
            int slot = slot(bytes, at + CENTRAL_LENGTH, nameLength);
            while (headers[slot] != FREE) {
                slot = slot + 1 & headers.length - 1;
            }
            headers[slot] = at;
            at += CENTRAL_LENGTH + nameLength + int16(at + 30) + int16(at + 32);
        }
    }

    /**
     * By five bytes of the name, the last of them before {@code .classdata}. This runs a thousand times before main, and a map of
     * strings took three times as long.
     */
    private int slot(byte[] in, int at, int length) {
        int hash = length;
        for (int back = 11; back < 24; back += 3) {
            hash = hash * 31 + (back <= length ? in[at + length - back] : 0);
        }
        return (hash ^ hash >>> 12) & headers.length - 1;
    }

    /** Where the header of this name begins; {@link #FREE} where there is none. */
    private int header(byte[] name) {
        int slot = slot(name, 0, name.length);
        while (headers[slot] != FREE && !isNamed(headers[slot], name)) {
            slot = slot + 1 & headers.length - 1;
        }
        return headers[slot];
    }

    private boolean isNamed(int header, byte[] name) {
        if (int16(header + 28) != name.length) {
            return false;
        }
        for (int i = name.length - 1; i >= 0; i--) {
            if (bytes[header + CENTRAL_LENGTH + i] != name[i]) {
                return false;
            }
        }
        return true;
    }

    static JarImage read(File file) throws IOException {
        try (RandomAccessFile in = new RandomAccessFile(file, "r")) {
            byte[] bytes = new byte[(int) in.length()];
            in.readFully(bytes);
            return new JarImage(bytes);
        }
    }

    /** The content of an entry; null where there is none of this name. */
    byte @Nullable [] entry(String name) {
        int central = header(name.getBytes(StandardCharsets.ISO_8859_1));
        if (central == FREE) {
            return null;
        }
        int compressed = int32(central + 20);
        byte[] content = new byte[int32(central + 24)];
        int local = int32(central + 42);
        int data = local + LOCAL_LENGTH + int16(local + 26) + int16(local + 28);
        if (int16(central + 10) == 0) {
            System.arraycopy(bytes, data, content, 0, content.length);
        } else {
            inflate(name, data, compressed, content);
        }
        CRC32 sum = new CRC32();
        sum.update(content, 0, content.length);
        if ((int) sum.getValue() != int32(central + 16)) {
            throw new IllegalStateException("lethe.jar is damaged at " + name + "; install it again");
        }
        return content;
    }

    private void inflate(String name, int offset, int length, byte[] content) {
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(bytes, offset, length);
            int done = 0;
            while (done < content.length) {
                int more = inflater.inflate(content, done, content.length - done);
                if (more == 0) {
                    break;
                }
                done += more;
            }
        } catch (Exception e) {
            // DataFormatException; named, the verifier would load it in every JVM.
            throw new IllegalStateException("lethe.jar is damaged at " + name + "; install it again", e);
        } finally {
            inflater.end();
        }
    }

    private int int16(int at) {
        return (bytes[at] & 0xff) | (bytes[at + 1] & 0xff) << 8;
    }

    private int int32(int at) {
        return int16(at) | int16(at + 2) << 16;
    }
}
