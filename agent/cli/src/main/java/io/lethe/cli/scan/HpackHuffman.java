package io.lethe.cli.scan;

/**
 * HPACK's Huffman code (RFC 7541, appendix B), in which HTTP/2 clients write header values and keep them in their buffers.
 * Stateless. The caller owns and overwrites what is returned.
 */
final class HpackHuffman {

    private static final int LONGEST = 30;

    /** How many bits the code of each byte has: A stands for 5, B for 6, and so on. */
    private static final String LENGTHS = "ISXXXXXXXTZXXZXXXXXXXXZXXXXXXXXXBFFHIBDGFFDGDBBBAAABBBBBBBCDKBHF"
            + "IBCCCCCCCCCCCCCCCCCCCCCCDCDIOIJBKABABABBBACCBBBABCBAABCCCCCKGJIX"
            + "PRPPRRRSRSSSSSTSTTRSTSSSSQRSRSSTRQPRRSSQSRRTQRSSQQRQSRSSPRRRSRRS"
            + "VVPORSRUVVVWWVTUOQVWWVWTQQVVXWWWPTPQRQQSRRUUTTVSVWVVWWWWWXWWWWWV";

    /** The code is canonical: of one length, codes ascend with the bytes. */
    private static final int[] CODES = codes();

    private HpackHuffman() {}

    private static int[] codes() {
        int[] codes = new int[LENGTHS.length()];
        int next = 0;
        for (int length = 1; length <= LONGEST; length++) {
            next <<= 1;
            for (int value = 0; value < codes.length; value++) {
                if (length(value) == length) {
                    codes[value] = next++;
                }
            }
        }
        return codes;
    }

    static int length(int value) {
        return LENGTHS.charAt(value) - 'A' + 5;
    }

    static int code(int value) {
        return CODES[value];
    }

    /**
     * The whole bytes that the secret alone determines when {@code before} (0 to 7) bits of what precedes it stand in its
     * first byte.
     */
    static byte[] encode(byte[] bytes, int before) {
        int bits = before;
        for (byte b : bytes) {
            bits += length(b & 0xff);
        }
        int shared = before == 0 ? 0 : 1;
        byte[] encoded = new byte[Math.max(0, bits / 8 - shared)];
        int at = before - 8 * shared;
        for (byte b : bytes) {
            int value = b & 0xff;
            for (int bit = length(value) - 1; bit >= 0; bit--, at++) {
                if (at >= 0 && at < 8 * encoded.length) {
                    encoded[at >> 3] |= (byte) ((code(value) >> bit & 1) << 7 - (at & 7));
                }
            }
        }
        return encoded;
    }
}
