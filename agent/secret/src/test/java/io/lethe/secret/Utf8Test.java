package io.lethe.secret;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Utf8Test {

    private static final int[] EDGES = {
        0, 0x7f, 0x80, 0xff, 0x100, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xffff, 0x10000, 0x10ffff
    };

    @Test
    void everyCodePoint_isWhatTheJdkSays() {
        for (int point = 0; point <= 0x10ffff; point++) {
            if (point < 0xd800 || point > 0xdfff) {
                same(new String(Character.toChars(point)));
            }
        }
    }

    @Test
    void everyLength_isWhatTheJdkSays() {
        Random random = new Random(11);
        for (int length = 0; length <= 300; length++) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < length; i++) {
                text.appendCodePoint(EDGES[random.nextInt(EDGES.length)]);
            }
            same(text.toString());
        }
    }

    @Test
    void loneSurrogates_becomeQuestionMarks_asInTheJdk() {
        for (String text : new String[] {"\ud800", "a\udc00b", "\ud800\ud800\udc00", "\udc00\ud800"}) {
            assertThat(Utf8.bytes(text.toCharArray(), 0, text.length())).isEqualTo(text.getBytes(UTF_8));
        }
    }

    @Test
    void bytesThatAreNoUtf8_areRefused_exactlyWhereTheJdkDoes() {
        Random random = new Random(12);
        byte[] heads = {
            0, 'a', (byte) 0x80, (byte) 0xbf, (byte) 0xc0, (byte) 0xc2, (byte) 0xe0, (byte) 0xed, (byte) 0xa0
        };
        byte[] more = {
            (byte) 0x9f, (byte) 0xf0, (byte) 0x90, (byte) 0xf4, (byte) 0x8f, (byte) 0xf5, (byte) 0xff, (byte) 0xef
        };
        for (int round = 0; round < 50_000; round++) {
            byte[] bytes = new byte[random.nextInt(6)];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] =
                        random.nextBoolean() ? heads[random.nextInt(heads.length)] : more[random.nextInt(more.length)];
            }
            boolean valid = validForJdk(bytes);
            assertThat(Utf8.isValid(bytes, 0, bytes.length)).as(Hex.text(bytes)).isEqualTo(valid);
            if (!valid) {
                assertThatThrownBy(() -> Utf8.chars(bytes)).isInstanceOf(IllegalArgumentException.class);
            }
        }
    }

    private static void same(String text) {
        byte[] utf8 = text.getBytes(UTF_8);
        boolean same = Arrays.equals(Utf8.bytes(text.toCharArray(), 0, text.length()), utf8)
                && Arrays.equals(Utf8.chars(utf8), text.toCharArray())
                && Arrays.equals(Utf8.utf16le(utf8), text.getBytes(UTF_16LE))
                && Arrays.equals(Utf8.utf16be(utf8), text.getBytes(UTF_16BE))
                && Arrays.equals(Utf8.latin1(utf8), text.getBytes(ISO_8859_1));
        // a million calls of assertThat take 10 seconds
        if (!same) {
            fail("differs from the JDK for " + Hex.text(utf8));
        }
    }

    private static boolean validForJdk(byte[] bytes) {
        try {
            UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
