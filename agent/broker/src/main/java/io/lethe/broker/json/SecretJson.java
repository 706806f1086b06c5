package io.lethe.broker.json;

import io.lethe.secret.ByteSource;
import io.lethe.secret.NotSecret;
import io.lethe.secret.Sealed;
import io.lethe.secret.Wipe;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A document whose strings may be secrets: it is checked whole and stays where it lies, and what is asked for goes from there into
 * memory of its own. RFC 8259; keys once only, valid UTF-8, no lone surrogates, bounded depth.
 *
 * <p>Loaded by the agent loader. One thread. The bytes are their owner's and must not change. What is no such document, or not of
 * the kind that is asked for, is a {@link JsonException} that shows nothing of it.
 */
public final class SecretJson {

    private static final int MAX_DEPTH = 16;
    private static final int MOST_KEYS = 1000;
    private static final int LONGEST_TEXT = 512;
    private static final int NONE = -1;

    private final ByteSource in;
    private final int end;
    private int at;

    private SecretJson(ByteSource in) {
        this.in = in;
        this.end = in.length();
    }

    /** Checks the document, all of it. */
    public static SecretJson of(ByteSource document) throws JsonException {
        SecretJson json = new SecretJson(document);
        json.value(0);
        json.space();
        if (json.at < json.end) {
            throw json.wrong("something follows the end of the value");
        }
        return json;
    }

    /** Whether something stands there, and is not null. */
    public boolean has(String... path) throws JsonException {
        int value = find(path);
        return value != NONE && in.byteAt(value) != 'n';
    }

    /** Whether null stands there. */
    public boolean isNull(String... path) throws JsonException {
        int value = find(path);
        return value != NONE && in.byteAt(value) == 'n';
    }

    /** The string there in UTF-8, which the caller closes; null where there is none. */
    public @Nullable Sealed secret(String... path) throws JsonException {
        int value = stringAt(path);
        if (value == NONE) {
            return null;
        }
        byte[] text = new byte[decode(value, null)];
        try {
            decode(value, text);
            return Sealed.of(text, 0, text.length);
        } finally {
            Wipe.bytes(text);
        }
    }

    /** The string there, which is no secret; null where there is none. One of more than 512 bytes is refused. */
    @NotSecret("asked for only where the API keeps what everybody may see: ids, user names")
    public @Nullable String text(String... path) throws JsonException {
        int value = stringAt(path);
        if (value == NONE) {
            return null;
        }
        int length = decode(value, null);
        if (length > LONGEST_TEXT) {
            throw new JsonException("holds a text that is too long");
        }
        byte[] text = new byte[length];
        decode(value, text);
        return new String(text, StandardCharsets.UTF_8);
    }

    /** The whole number there; another value, or none, is refused. */
    public long number(String... path) throws JsonException {
        int value = find(path);
        long number = 0;
        int i = value == NONE ? end : value;
        int digits = 0;
        for (; i < end && in.byteAt(i) >= '0' && in.byteAt(i) <= '9'; i++) {
            number = number * 10 + in.byteAt(i) - '0';
            digits++;
        }
        boolean goesOn = i < end && (in.byteAt(i) == '.' || in.byteAt(i) == 'e' || in.byteAt(i) == 'E');
        if (digits == 0 || digits > 18 || goesOn) {
            throw new JsonException("has no number at '" + String.join(".", path) + "'");
        }
        return number;
    }

    /** Whether true stands there. */
    public boolean isTrue(String... path) throws JsonException {
        int value = find(path);
        return value != NONE && in.byteAt(value) == 't';
    }

    private int stringAt(String... path) throws JsonException {
        int value = find(path);
        if (value == NONE || in.byteAt(value) == 'n') {
            return NONE;
        }
        if (in.byteAt(value) != '"') {
            throw new JsonException("has no text at '" + String.join(".", path) + "'");
        }
        return value;
    }

    /** Where the value begins; {@link #NONE} where there is none. */
    private int find(String... path) throws JsonException {
        at = 0;
        space();
        for (String key : path) {
            if (peek() != '{' || !enter(key)) {
                return NONE;
            }
        }
        return at;
    }

    /** Goes to the value of this key. */
    private boolean enter(String key) throws JsonException {
        at++;
        space();
        if (peek() == '}') {
            return false;
        }
        while (true) {
            space();
            boolean found = equal(at, key);
            string();
            space();
            at++;
            space();
            if (found) {
                return true;
            }
            // Checked before, so any depth will do.
            value(0);
            space();
            if (peek() != ',') {
                return false;
            }
            at++;
        }
    }

    private void value(int depth) throws JsonException {
        space();
        switch (peek()) {
            case '{':
                object(deeper(depth));
                break;
            case '[':
                array(deeper(depth));
                break;
            case '"':
                string();
                break;
            case 't':
                word("true");
                break;
            case 'f':
                word("false");
                break;
            case 'n':
                word("null");
                break;
            default:
                number();
        }
    }

    private int deeper(int depth) throws JsonException {
        if (depth == MAX_DEPTH) {
            throw wrong("too deep");
        }
        return depth + 1;
    }

    private void object(int depth) throws JsonException {
        at++;
        space();
        if (peek() == '}') {
            at++;
            return;
        }
        int[] keys = new int[8];
        int count = 0;
        while (true) {
            space();
            if (peek() != '"') {
                throw wrong("a key in quotes should stand here");
            }
            if (count == MOST_KEYS) {
                throw wrong("too many keys");
            }
            for (int i = 0; i < count; i++) {
                if (equal(keys[i], at)) {
                    throw wrong("a key stands twice");
                }
            }
            keys = count == keys.length ? java.util.Arrays.copyOf(keys, 2 * count) : keys;
            keys[count++] = at;
            string();
            space();
            if (peek() != ':') {
                throw wrong("':' should stand here");
            }
            at++;
            value(depth);
            space();
            if (peek() == '}') {
                at++;
                return;
            }
            comma();
        }
    }

    private void array(int depth) throws JsonException {
        at++;
        space();
        if (peek() == ']') {
            at++;
            return;
        }
        while (true) {
            value(depth);
            space();
            if (peek() == ']') {
                at++;
                return;
            }
            comma();
        }
    }

    private void comma() throws JsonException {
        if (peek() != ',') {
            throw wrong("',' or an end should stand here");
        }
        at++;
    }

    /** Passes a string, and refuses what is none. */
    private void string() throws JsonException {
        at++;
        while (peek() != '"') {
            code();
        }
        at++;
    }

    private void word(String word) throws JsonException {
        for (int i = 0; i < word.length(); i++, at++) {
            if (peek() != word.charAt(i)) {
                throw wrong("no value");
            }
        }
    }

    private void number() throws JsonException {
        at += peek() == '-' ? 1 : 0;
        if (peek() == '0') {
            at++;
        } else {
            digits();
        }
        if (peek() == '.') {
            at++;
            digits();
        }
        if (peek() == 'e' || peek() == 'E') {
            at++;
            at += peek() == '-' || peek() == '+' ? 1 : 0;
            digits();
        }
    }

    private void digits() throws JsonException {
        int from = at;
        while (peek() >= '0' && peek() <= '9') {
            at++;
        }
        if (at == from) {
            throw wrong("no value");
        }
    }

    /** The next code point of a string that has not ended. */
    private int code() throws JsonException {
        int first = peek();
        if (first == NONE) {
            throw wrong("the text ends within a string");
        }
        at++;
        if (first == '\\') {
            return escaped();
        }
        if (first < ' ') {
            throw wrong("a control character in a string");
        }
        if (first < 0x80) {
            return first;
        }
        int more = (first & 0xe0) == 0xc0 ? 1 : (first & 0xf0) == 0xe0 ? 2 : (first & 0xf8) == 0xf0 ? 3 : 0;
        int code = first & 0x3f >> more;
        for (int i = 0; i < more; i++, at++) {
            int next = peek();
            if ((next & 0xc0) != 0x80 || next == NONE) {
                throw wrong("no UTF-8");
            }
            code = code << 6 | next & 0x3f;
        }
        boolean surrogate = code >= 0xd800 && code <= 0xdfff;
        if (more == 0 || surrogate || code > 0x10ffff || width(code) != more + 1) {
            throw wrong("no UTF-8");
        }
        return code;
    }

    private int escaped() throws JsonException {
        int c = peek();
        at++;
        switch (c) {
            case '"':
            case '\\':
            case '/':
                return c;
            case 'b':
                return '\b';
            case 'f':
                return '\f';
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case 't':
                return '\t';
            case 'u':
                break;
            default:
                throw wrong("an escape that is none");
        }
        int unit = hex();
        if (unit >= 0xdc00 && unit <= 0xdfff) {
            throw wrong("half a surrogate pair");
        }
        if (unit < 0xd800 || unit > 0xdfff) {
            return unit;
        }
        if (peek() == '\\') {
            at++;
            if (peek() == 'u') {
                at++;
                int low = hex();
                if (low >= 0xdc00 && low <= 0xdfff) {
                    return 0x10000 + (unit - 0xd800 << 10) + (low - 0xdc00);
                }
            }
        }
        throw wrong("half a surrogate pair");
    }

    private int hex() throws JsonException {
        int unit = 0;
        for (int i = 0; i < 4; i++, at++) {
            int c = peek();
            int digit = c < 0 || c > 0x7f ? NONE : Character.digit((char) c, 16);
            if (digit < 0) {
                throw wrong("an escape that is none");
            }
            unit = unit << 4 | digit;
        }
        return unit;
    }

    /** Writes the string that begins there in UTF-8, where an array is given; how many bytes that are. */
    private int decode(int quote, byte @Nullable [] into) throws JsonException {
        at = quote + 1;
        int n = 0;
        while (peek() != '"') {
            int code = code();
            int width = width(code);
            if (into != null) {
                put(code, width, into, n);
            }
            n += width;
        }
        return n;
    }

    private static void put(int code, int width, byte[] out, int at) {
        if (width == 1) {
            out[at] = (byte) code;
            return;
        }
        for (int k = width - 1; k > 0; k--) {
            out[at + k] = (byte) (0x80 | code >>> 6 * (width - 1 - k) & 0x3f);
        }
        out[at] = (byte) (0xf00 >>> width | code >>> 6 * (width - 1));
    }

    private static int width(int code) {
        return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    }

    /** Whether the string that begins there is this one; leaves the place where it is. */
    private boolean equal(int quote, String text) throws JsonException {
        int back = at;
        at = quote + 1;
        int i = 0;
        boolean same = true;
        while (same && peek() != '"') {
            int code = code();
            same = i < text.length() && text.codePointAt(i) == code;
            i += Character.charCount(code);
        }
        at = back;
        return same && i == text.length();
    }

    /** Whether the two strings, of which the second has not been checked, are the same. */
    private boolean equal(int quote, int other) throws JsonException {
        int back = at;
        int a = quote + 1;
        int b = other + 1;
        boolean same = true;
        while (same) {
            at = a;
            int left = peek() == '"' ? NONE : code();
            a = at;
            at = b;
            int right = peek() == '"' ? NONE : code();
            b = at;
            same = left == right;
            if (left == NONE) {
                break;
            }
        }
        at = back;
        return same;
    }

    private void space() {
        int c = peek();
        while (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
            at++;
            c = peek();
        }
    }

    private int peek() {
        return at < end ? in.byteAt(at) & 0xff : NONE;
    }

    private JsonException wrong(String what) {
        return new JsonException("is not the JSON that it should be, at byte " + at + ": " + what);
    }
}
