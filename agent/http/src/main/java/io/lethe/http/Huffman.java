package io.lethe.http;

/**
 * HPACK's Huffman code for the characters of header names (RFC 7541, Appendix B), to recognise a name that an encoder wrote
 * that way. Loaded by the agent loader. Stateless.
 */
final class Huffman {

    private static final String CHARACTERS = "-.0123456789_abcdefghijklmnopqrstuvwxyz";
    private static final int[] CODES = {
        0x16, 0x17, 0x0, 0x1, 0x2, 0x19, 0x1a, 0x1b, 0x1c, 0x1d, 0x1e, 0x1f, 0x22, 0x3, 0x23, 0x4, 0x24, 0x5, 0x25,
        0x26, 0x27, 0x6, 0x74, 0x75, 0x28, 0x29, 0x2a, 0x7, 0x2b, 0x76, 0x2c, 0x8, 0x9, 0x2d, 0x77, 0x78, 0x79, 0x7a,
        0x7b
    };
    private static final int[] BITS = {
        6, 6, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 6, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7,
        7, 7
    };

    private Huffman() {}

    /** Returns an array that is no code of anything where the name holds another character. */
    static byte[] encode(byte[] name) {
        byte[] out = new byte[name.length + 1];
        int bit = 0;
        for (byte c : name) {
            int k = CHARACTERS.indexOf(c);
            if (k < 0) {
                return new byte[0];
            }
            for (int i = BITS[k] - 1; i >= 0; i--, bit++) {
                out[bit / 8] |= (byte) ((CODES[k] >> i & 1) << (7 - bit % 8));
            }
        }
        while (bit % 8 != 0) {
            out[bit / 8] |= (byte) (1 << (7 - bit % 8));
            bit++;
        }
        byte[] exact = new byte[bit / 8];
        System.arraycopy(out, 0, exact, 0, exact.length);
        return exact;
    }
}
