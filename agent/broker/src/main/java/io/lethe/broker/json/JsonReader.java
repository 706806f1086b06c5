package io.lethe.broker.json;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads one document, strictly: RFC 8259 without fractions, exponents and null, keys once only, valid UTF-8, no lone
 * surrogates, bounded depth.
 *
 * <p>Loaded by the agent loader and the command line's. One thread, one use.
 */
final class JsonReader {

    private static final int END = -1;
    private static final Object NULL = new Object();

    private final String text;
    private final int maxDepth;
    private final boolean foreign;
    private int at;

    JsonReader(byte[] bytes, int maxDepth) throws JsonException {
        this(bytes, maxDepth, false);
    }

    /** @param foreign whether null, which is then left out, and fractions, which are then texts, are read */
    JsonReader(byte[] bytes, int maxDepth, boolean foreign) throws JsonException {
        this.foreign = foreign;
        this.maxDepth = maxDepth;
        try {
            // A fresh decoder reports malformed input, where new String(bytes, UTF_8) would replace it.
            this.text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new JsonException("is not UTF-8");
        }
    }

    Object document() throws JsonException {
        Object value = value(0);
        skipSpace();
        if (at < text.length()) {
            throw wrong("something follows the end of the value");
        }
        return value;
    }

    private Object value(int depth) throws JsonException {
        skipSpace();
        switch (peek()) {
            case '{':
                return object(depth + 1);
            case '[':
                return array(depth + 1);
            case '"':
                return string();
            case 't':
                return word("true", true);
            case 'f':
                return word("false", false);
            case 'n':
                if (foreign) {
                    return word("null", NULL);
                }
                return number();
            case END:
                throw wrong("the text ends where a value should stand");
            default:
                return number();
        }
    }

    private Map<String, Object> object(int depth) throws JsonException {
        checkDepth(depth);
        Map<String, Object> map = new LinkedHashMap<>();
        // A null is left out of the map, and yet its key has been here.
        Set<String> keys = new HashSet<>();
        at++;
        skipSpace();
        if (taken('}')) {
            return map;
        }
        do {
            skipSpace();
            if (peek() != '"') {
                throw wrong("a key in quotes should stand here");
            }
            int keyAt = at;
            String key = string();
            skipSpace();
            expect(':');
            Object value = value(depth);
            if (!keys.add(key)) {
                at = keyAt;
                throw wrong("this key stands here twice");
            }
            if (value != NULL) {
                map.put(key, value);
            }
            skipSpace();
        } while (taken(','));
        expect('}');
        return map;
    }

    private List<Object> array(int depth) throws JsonException {
        checkDepth(depth);
        List<Object> list = new ArrayList<>();
        at++;
        skipSpace();
        if (taken(']')) {
            return list;
        }
        do {
            Object value = value(depth);
            if (value != NULL) {
                list.add(value);
            }
            skipSpace();
        } while (taken(','));
        expect(']');
        return list;
    }

    private String string() throws JsonException {
        int start = at;
        StringBuilder out = new StringBuilder();
        at++;
        while (true) {
            int c = peek();
            if (c == END) {
                at = start;
                throw wrong("this string does not end");
            }
            if (c < ' ') {
                throw wrong("a control character stands in a string");
            }
            at++;
            if (c == '"') {
                break;
            }
            out.append(c == '\\' ? escape() : (char) c);
        }
        for (int i = 0; i < out.length(); i++) {
            if (Character.isSurrogate(out.charAt(i))) {
                if (Character.isHighSurrogate(out.charAt(i))
                        && i + 1 < out.length()
                        && Character.isLowSurrogate(out.charAt(i + 1))) {
                    i++;
                } else {
                    at = start;
                    throw wrong("this string holds half a surrogate pair");
                }
            }
        }
        return out.toString();
    }

    private char escape() throws JsonException {
        int c = peek();
        at++;
        switch (c) {
            case '"':
            case '\\':
            case '/':
                return (char) c;
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
                int unit = 0;
                for (int i = 0; i < 4; i++) {
                    int h = peek();
                    // Character.digit would take full-width digits as well.
                    int digit = h > 0 && h < 128 ? Character.digit(h, 16) : -1;
                    if (digit < 0) {
                        throw wrong("\\u needs four hexadecimal digits");
                    }
                    unit = unit << 4 | digit;
                    at++;
                }
                return (char) unit;
            default:
                at--;
                throw wrong("an unknown escape stands in a string");
        }
    }

    private Object number() throws JsonException {
        int start = at;
        taken('-');
        int digits = at;
        while (peek() >= '0' && peek() <= '9') {
            at++;
        }
        if (at == digits || (at - digits > 1 && text.charAt(digits) == '0')) {
            at = start;
            throw wrong("a value should stand here");
        }
        if (foreign) {
            return foreignNumber(start);
        }
        int next = peek();
        if (next == '.' || next == 'e' || next == 'E') {
            throw wrong("only whole numbers are read");
        }
        try {
            return Long.valueOf(text.substring(start, at));
        } catch (NumberFormatException e) {
            at = start;
            throw wrong("this number is too large");
        }
    }

    private Object foreignNumber(int start) throws JsonException {
        while (peek() != END && "0123456789.eE+-".indexOf(peek()) >= 0) {
            at++;
        }
        String number = text.substring(start, at);
        try {
            return Long.valueOf(number);
        } catch (NumberFormatException e) {
            try {
                new BigDecimal(number);
                return number;
            } catch (NumberFormatException | ArithmeticException f) {
                at = start;
                throw wrong("a value should stand here");
            }
        }
    }

    private Object word(String word, Object value) throws JsonException {
        if (!text.startsWith(word, at)) {
            throw wrong("a value should stand here");
        }
        at += word.length();
        return value;
    }

    private void checkDepth(int depth) throws JsonException {
        if (depth > maxDepth) {
            throw wrong("is nested deeper than " + maxDepth);
        }
    }

    private void skipSpace() {
        while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private int peek() {
        return at < text.length() ? text.charAt(at) : END;
    }

    private boolean taken(char c) {
        if (peek() != c) {
            return false;
        }
        at++;
        return true;
    }

    private void expect(char c) throws JsonException {
        if (!taken(c)) {
            throw wrong("'" + c + "' should stand here");
        }
    }

    private JsonException wrong(String what) {
        int line = 1;
        int lineStart = 0;
        int end = Math.min(at, text.length());
        for (int i = 0; i < end; i++) {
            if (text.charAt(i) == '\n') {
                line++;
                lineStart = i + 1;
            }
        }
        return new JsonException("line " + line + ", column " + (end - lineStart + 1) + ": " + what);
    }
}
