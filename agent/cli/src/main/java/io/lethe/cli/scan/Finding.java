package io.lethe.cli.scan;

/** One copy of a secret, a part of one, or a derived value, and where it stands. Immutable; holds nothing of the secret. */
public final class Finding {

    /** What was found. */
    public enum Kind {
        /** A whole secret in some encoding. */
        COPY,
        /** Eight or more consecutive characters of a secret, outside of any whole copy. */
        FRAGMENT,
        /** A derived value. */
        DERIVED
    }

    private final Kind kind;
    private final String needle;
    private final String encoding;
    private final String where;
    private final long address;
    private final int length;

    Finding(Kind kind, String needle, String encoding, String where, long address, int length) {
        this.kind = kind;
        this.needle = needle;
        this.encoding = encoding;
        this.where = where;
        this.address = address;
        this.length = length;
    }

    public Kind kind() {
        return kind;
    }

    /** Name of the needle. */
    public String needle() {
        return needle;
    }

    /** Such as {@code utf-8}, {@code base64+utf-16le}, {@code swap-32+xor-36}. */
    public String encoding() {
        return encoding;
    }

    /** Such as {@code java heap}, {@code thread stack main}, {@code [heap]}. */
    public String where() {
        return where;
    }

    /** Virtual address, or offset in the file. */
    public long address() {
        return address;
    }

    /** Length in bytes as it stands there. */
    public int length() {
        return length;
    }

    @Override
    public String toString() {
        return kind + " " + needle + " " + encoding + " at 0x" + Long.toHexString(address) + " (" + where + ", "
                + length + " bytes)";
    }
}
