package io.lethe.weave;

import org.jspecify.annotations.Nullable;

/**
 * The first part of a class file, read with one walk over the constant pool: for the gate, which sees every class of
 * the application and must be quick, small and loaded before the rest. Agent loader; a value, once read.
 *
 * <p>What is malformed is null or false, never an exception: the JVM will say what is wrong with it.
 */
public final class ClassHeader {

    private static final int MAGIC = 0xCAFEBABE;
    /** Where the constant pool's entries start. */
    private static final int ENTRIES = 10;

    private static final int UTF8 = 1;
    private static final int LONG = 5;
    private static final int DOUBLE = 6;
    private static final int CLASS = 7;
    /** Bytes of an entry by its tag, without the text of a Utf8; 0 where there is no such tag (JVMS 4.4). */
    private static final int[] SIZES = {0, 3, 0, 5, 5, 9, 9, 3, 3, 5, 5, 5, 5, 0, 0, 4, 3, 5, 5, 3, 3};

    private final int version;
    private final int access;
    private final String name;
    private final @Nullable String superName;
    private final String[] interfaces;

    private ClassHeader(int version, int access, String name, @Nullable String superName, String[] interfaces) {
        this.version = version;
        this.access = access;
        this.name = name;
        this.superName = superName;
        this.interfaces = interfaces;
    }

    /** Returns null for what is no class file. */
    public static @Nullable ClassHeader of(byte[] b) {
        if (!isClassFile(b)) {
            return null;
        }
        int[] entries = new int[u2(b, 8)];
        int at = ENTRIES;
        for (int i = 1; i < entries.length; i++) {
            entries[i] = at;
            int tag = at < b.length ? b[at] : 0;
            at = next(b, at);
            if (at < 0) {
                return null;
            }
            if (tag == LONG || tag == DOUBLE) {
                i++;
            }
        }
        if (at + 8 > b.length) {
            return null;
        }
        int count = u2(b, at + 6);
        if (at + 8 + 2 * count > b.length) {
            return null;
        }
        String name = className(b, entries, u2(b, at + 2));
        int parent = u2(b, at + 4);
        String superName = parent == 0 ? null : className(b, entries, parent);
        String[] interfaces = new String[count];
        for (int i = 0; i < count; i++) {
            String itf = className(b, entries, u2(b, at + 8 + 2 * i));
            if (itf == null) {
                return null;
            }
            interfaces[i] = itf;
        }
        if (name == null || (parent != 0 && superName == null)) {
            return null;
        }
        return new ClassHeader(u2(b, 6), u2(b, at), name, superName, interfaces);
    }

    /** Whether the constant pool has one of these texts, each shorter than 64. Allocates nothing. */
    static boolean mentionsAny(byte[] b, byte[][] texts) {
        if (!isClassFile(b)) {
            return false;
        }
        long lengths = 0;
        for (byte[] text : texts) {
            lengths |= 1L << text.length;
        }
        int count = u2(b, 8);
        int at = ENTRIES;
        for (int i = 1; i < count; i++) {
            int next = next(b, at);
            if (next < 0) {
                return false;
            }
            int tag = b[at];
            if (tag == UTF8) {
                int length = next - at - 3;
                if (length < Long.SIZE && (lengths >>> length & 1) != 0 && isAny(b, at + 3, length, texts)) {
                    return true;
                }
            } else if (tag == LONG || tag == DOUBLE) {
                i++;
            }
            at = next;
        }
        return false;
    }

    /** The major version: 52 is Java 8. */
    public int version() {
        return version;
    }

    public int access() {
        return access;
    }

    /** Internal, as all names here: {@code java/lang/Object}. */
    public String name() {
        return name;
    }

    /** Null for {@code java/lang/Object} and module descriptors. */
    public @Nullable String superName() {
        return superName;
    }

    /** Those that the class itself declares. */
    public String[] interfaces() {
        return interfaces.clone();
    }

    private static boolean isClassFile(byte @Nullable [] b) {
        return b != null && b.length > ENTRIES && u2(b, 0) == MAGIC >>> 16 && u2(b, 2) == (MAGIC & 0xFFFF);
    }

    /** Where the entry after this one starts, -1 where there cannot be one. */
    private static int next(byte[] b, int at) {
        if (at + 3 > b.length) {
            return -1;
        }
        int tag = b[at];
        if (tag <= 0 || tag >= SIZES.length || SIZES[tag] == 0) {
            return -1;
        }
        int next = at + SIZES[tag] + (tag == UTF8 ? u2(b, at + 1) : 0);
        return next > b.length ? -1 : next;
    }

    private static @Nullable String className(byte[] b, int[] entries, int index) {
        int at = index > 0 && index < entries.length ? entries[index] : 0;
        if (at == 0 || b[at] != CLASS) {
            return null;
        }
        int text = u2(b, at + 1);
        int utf8 = text > 0 && text < entries.length ? entries[text] : 0;
        return utf8 == 0 || b[utf8] != UTF8 ? null : text(b, utf8 + 3, u2(b, utf8 + 1));
    }

    /** Modified UTF-8 (JVMS 4.4.7), one to three bytes a character. */
    private static @Nullable String text(byte[] b, int from, int length) {
        char[] chars = new char[length];
        int n = 0;
        int end = from + length;
        for (int i = from; i < end; ) {
            int c = b[i++] & 0xFF;
            if (c >= 0x80) {
                int more = c >> 5 == 6 ? 1 : c >> 4 == 14 ? 2 : -1;
                if (more < 0 || i + more > end) {
                    return null;
                }
                c &= more == 1 ? 0x1F : 0x0F;
                for (; more > 0; more--) {
                    c = c << 6 | b[i++] & 0x3F;
                }
            }
            chars[n++] = (char) c;
        }
        return new String(chars, 0, n);
    }

    private static boolean isAny(byte[] b, int at, int length, byte[][] texts) {
        for (byte[] text : texts) {
            // Names of one package differ at their ends.
            int i = text.length == length ? length - 1 : -2;
            while (i >= 0 && b[at + i] == text[i]) {
                i--;
            }
            if (i == -1) {
                return true;
            }
        }
        return false;
    }

    private static int u2(byte[] b, int at) {
        return (b[at] & 0xFF) << 8 | b[at + 1] & 0xFF;
    }
}
