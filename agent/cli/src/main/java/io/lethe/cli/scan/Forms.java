package io.lethe.cli.scan;

import static io.lethe.cli.scan.Encodings.xor;

import io.lethe.secret.Wipe;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lists the forms in which one needle is looked for. Forms whose bytes are equal are looked for once, under the first
 * name; forms too short to mean anything are left out.
 *
 * <p>Used by one thread. {@link #of} returns forms that the caller wipes.
 */
final class Forms {

    /** A part of a secret shorter than this is not reported: chance and dictionary words. */
    private static final int FRAGMENT = 8;

    /** Base64 runs that are shorter (secrets below six bytes) would be chance. */
    private static final int SHORTEST_BASE64 = 6;

    /**
     * Shortest run of whole bytes in HPACK's Huffman code: nine letters or so. Shorter parts would need every byte of memory
     * to be looked at, not every fourth, and match by chance.
     */
    private static final int SHORTEST_HUFFMAN = 7;

    private static final int[] PADS = {0x36, 0x5c};

    private final int index;
    private final List<Form> forms = new ArrayList<>();
    private final List<byte[]> scratch = new ArrayList<>();

    private Forms(int index) {
        this.index = index;
    }

    static List<Form> of(Needle needle, int index) {
        Forms forms = new Forms(index);
        try {
            if (needle.isDerived()) {
                forms.words("raw", needle.bytes());
                forms.pads(needle.bytes());
            } else {
                forms.secret(needle.bytes());
            }
            return forms.forms;
        } finally {
            for (byte[] array : forms.scratch) {
                Wipe.bytes(array);
            }
        }
    }

    private void secret(byte[] raw) {
        add("utf-8", raw.clone(), null, FRAGMENT, 1);
        printable("", raw);
        char[] characters = Encodings.characters(raw);
        if (characters != null) {
            characters(characters);
            Wipe.chars(characters);
        }
        swapped("utf-8", raw);
        pads(raw);
        plain("flip", xor(raw, 0xff));
        percent(raw);
    }

    private void characters(char[] characters) {
        byte[] little = scratch(Encodings.utf16(characters, false));
        byte[] big = scratch(Encodings.utf16(characters, true));
        add("utf-16le", little.clone(), null, 2 * FRAGMENT, 2);
        plain("utf-16be", big.clone());
        swapped("utf-16le", little);
        swapped("utf-16be", big);
        plain("flip+utf-16le", xor(little, 0xff));
        plain("flip-low+utf-16le", Encodings.flipLowByte(characters));
        plain("tds7", Encodings.tds7(characters));
        byte[] latin1 = Encodings.encode(characters, StandardCharsets.ISO_8859_1);
        if (latin1 != null) {
            words("latin1", scratch(latin1));
            pads(latin1);
            printable("latin1+", latin1);
        }
        for (String name : new String[] {"IBM037", "IBM500"}) {
            // Both live in jdk.charsets, which a cut-down runtime image may lack.
            byte[] ebcdic = Charset.isSupported(name) ? Encodings.encode(characters, Charset.forName(name)) : null;
            if (ebcdic != null) {
                plain(name.replace("IBM", "cp"), ebcdic);
            }
        }
    }

    /** What HMAC keeps of its key, and what a digest keeps of that. */
    private void pads(byte[] raw) {
        for (int pad : PADS) {
            words("xor-" + Integer.toHexString(pad), scratch(xor(raw, pad)));
        }
    }

    private void printable(String prefix, byte[] raw) {
        text(prefix + "hex", Encodings.hex(raw, Encodings.HEX));
        text(prefix + "hex-upper", Encodings.hex(raw, Encodings.HEX_UPPER));
        for (int before = 0; before < 3; before++) {
            base64(prefix + "base64", Encodings.base64(raw, before, Encodings.BASE64));
            base64(prefix + "base64url", Encodings.base64(raw, before, Encodings.BASE64_URL));
        }
        for (int before = 0; before < 8; before++) {
            huffman(prefix + "hpack-huffman", HpackHuffman.encode(raw, before));
        }
    }

    private void base64(String encoding, byte[] text) {
        if (text.length >= SHORTEST_BASE64) {
            text(encoding, text);
        } else {
            Wipe.bytes(text);
        }
    }

    private void huffman(String encoding, byte[] bits) {
        if (bits.length >= SHORTEST_HUFFMAN) {
            add(encoding, bits, null, SHORTEST_HUFFMAN, 1);
        } else {
            Wipe.bytes(bits);
        }
    }

    private void percent(byte[] raw) {
        // URLEncoder, RFC 3986 unreserved, encodeURIComponent.
        for (String safe : new String[] {"-_.*+", "-_.~", "-_.!~*'()"}) {
            text("url", Encodings.percent(raw, safe, Encodings.HEX_UPPER));
            text("url", Encodings.percent(raw, safe, Encodings.HEX));
        }
    }

    private void text(String encoding, byte[] ascii) {
        byte[] little = Encodings.widen(ascii, false);
        byte[] big = Encodings.widen(ascii, true);
        plain(encoding, ascii);
        plain(encoding + "+utf-16le", little);
        plain(encoding + "+utf-16be", big);
    }

    private void words(String encoding, byte[] raw) {
        plain(encoding, raw.clone());
        swapped(encoding, raw);
    }

    /** Big-endian words of a digest's message schedule, as they lie in an {@code int[]} or {@code long[]}. */
    private void swapped(String encoding, byte[] raw) {
        for (int word = 4; word <= 8; word += 4) {
            for (int before = 0; before < word; before++) {
                int span = (before + raw.length + word - 1) / word * word;
                byte[] bytes = new byte[span];
                boolean[] known = new boolean[span];
                for (int i = 0; i < raw.length; i++) {
                    int at = before + i;
                    int reversed = at / word * word + word - 1 - at % word;
                    bytes[reversed] = raw[i];
                    known[reversed] = true;
                }
                add("swap-" + 8 * word + "+" + encoding, bytes, known, 0, 1);
            }
        }
    }

    private void plain(String encoding, byte[] bytes) {
        add(encoding, bytes, null, 0, 1);
    }

    /** Takes the array over: it is overwritten at once where an equal form exists. */
    private void add(String encoding, byte[] bytes, boolean @Nullable [] known, int fragment, int unit) {
        Form form = new Form(index, encoding, bytes, known, bytes.length > fragment ? fragment : 0, unit);
        for (Form other : forms) {
            if (other.sameBytes(form)) {
                form.wipe();
                return;
            }
        }
        forms.add(form);
    }

    private byte[] scratch(byte[] array) {
        scratch.add(array);
        return array;
    }
}
