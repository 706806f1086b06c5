package io.lethe.jdbc;

/**
 * How drivers and their protocols write what all of them write.
 *
 * <p>Loaded by the agent loader. Stateless.
 */
final class Wording {

    private Wording() {}

    /** A host without the brackets in which a URL holds an IPv6 address. */
    static String bareHost(String host) {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    /** Four bytes, the highest first, as they stand before an array on the wire; each character is one byte. */
    static String fourBytes(int length) {
        StringBuilder bytes = new StringBuilder(4);
        for (int shift = 24; shift >= 0; shift -= 8) {
            bytes.append((char) (length >> shift & 0xff));
        }
        return bytes.toString();
    }
}
