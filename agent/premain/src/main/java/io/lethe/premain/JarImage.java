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
 * no encryption, folders first, then files by name), which is what the build writes.
 */
final class JarImage {

    private static final int END_SIGNATURE = 0x06054b50;
    private static final int END_LENGTH = 22;
    private static final int CENTRAL_LENGTH = 46;
    private static final int LOCAL_LENGTH = 30;

    private static final int FREE = -1;

    /** The central directory. */
    private final byte[] directory;

    /** Where the central headers begin, at the place that the hash of their name gives, or after it. */
    private final int[] headers;

    /** The entries' content, from the beginning of the file on. */
    private final byte[] bytes;

    /** @param without where the entries begin, in the jar's order of names, that are not needed; null where all are */
    private JarImage(RandomAccessFile in, byte @Nullable [] without) throws IOException {
        byte[] end = end(in);
        int count = int16(end, 10);
        int start = int32(end, 16);
        directory = new byte[int32(end, 12)];
        in.seek(start);
        in.readFully(directory);
        headers = new int[Integer.highestOneBit(count + 1) << 2];
        Arrays.fill(headers, FREE);
        int needed = start;
        int last = 0;
        int at = 0;
        for (int i = 0; i < count; i++) {
            int nameLength = int16(directory, at + 28);
            int offset = int32(directory, at + 42);
            if (without != null && startsWith(at + CENTRAL_LENGTH, without)) {
                // Folders stand before all files, and have no content.
                needed = int32(directory, at + 20) > 0 ? Math.min(needed, offset) : needed;
                at += CENTRAL_LENGTH + nameLength + int16(directory, at + 30) + int16(directory, at + 32);
                continue;
            }
            last = Math.max(last, offset);
            int slot = slot(directory, at + CENTRAL_LENGTH, nameLength);
            while (headers[slot] != FREE) {
                slot = slot + 1 & headers.length - 1;
            }
            headers[slot] = at;
            at += CENTRAL_LENGTH + nameLength + int16(directory, at + 30) + int16(directory, at + 32);
        }
        // Somebody packed it again, in another order.
        bytes = new byte[last < needed ? needed : start];
        in.seek(0);
        in.readFully(bytes);
    }

    /** The end of the central directory, behind which nothing but a comment may stand. */
    private static byte[] end(RandomAccessFile in) throws IOException {
        long length = in.length();
        for (int most : new int[] {END_LENGTH, END_LENGTH + 0xffff}) {
            byte[] tail = new byte[(int) Math.min(length, most)];
            in.seek(length - tail.length);
            in.readFully(tail);
            for (int at = tail.length - END_LENGTH; at >= 0; at--) {
                if (int32(tail, at) == END_SIGNATURE) {
                    return Arrays.copyOfRange(tail, at, at + END_LENGTH);
                }
            }
        }
        throw new IOException("not a jar");
    }

    private boolean startsWith(int at, byte[] prefix) {
        for (int i = 0; i < prefix.length; i++) {
            if (directory[at + i] != prefix[i]) {
                return false;
            }
        }
        return true;
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
        if (int16(directory, header + 28) != name.length) {
            return false;
        }
        for (int i = name.length - 1; i >= 0; i--) {
            if (directory[header + CENTRAL_LENGTH + i] != name[i]) {
                return false;
            }
        }
        return true;
    }

    /** @param without as the names of all entries begin that are not needed, which are the last ones; null where all are */
    static JarImage read(File file, byte @Nullable [] without) throws IOException {
        try (RandomAccessFile in = new RandomAccessFile(file, "r")) {
            return new JarImage(in, without);
        }
    }

    /** Whether both are of jars with the same entries, by name, place and sum. */
    boolean lists(JarImage other) {
        return Arrays.equals(directory, other.directory);
    }

    /** The content of an entry; null where there is none of this name. */
    byte @Nullable [] entry(String name) {
        int central = header(name.getBytes(StandardCharsets.ISO_8859_1));
        if (central == FREE) {
            return null;
        }
        int compressed = int32(directory, central + 20);
        byte[] content = new byte[int32(directory, central + 24)];
        int local = int32(directory, central + 42);
        int data = local + LOCAL_LENGTH + int16(bytes, local + 26) + int16(bytes, local + 28);
        if (int16(directory, central + 10) == 0) {
            System.arraycopy(bytes, data, content, 0, content.length);
        } else {
            inflate(name, data, compressed, content);
        }
        CRC32 sum = new CRC32();
        sum.update(content, 0, content.length);
        if ((int) sum.getValue() != int32(directory, central + 16)) {
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

    private static int int16(byte[] in, int at) {
        return (in[at] & 0xff) | (in[at + 1] & 0xff) << 8;
    }

    private static int int32(byte[] in, int at) {
        return int16(in, at) | int16(in, at + 2) << 16;
    }
}
