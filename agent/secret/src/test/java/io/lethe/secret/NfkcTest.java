package io.lethe.secret;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.ongres.stringprep.Tables;
import java.text.Normalizer;
import java.text.Normalizer.Form;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NfkcTest {

    /** Whatever composes with a predecessor or has a combining class is what some decomposition has behind its first place. */
    @Test
    void noCodePointThatStartsAPiece_canChangeWhatStandsBeforeIt() {
        Set<Integer> seconds = new HashSet<>();
        for (int point = 0; point <= 0x10ffff; point++) {
            if (!isText(point)) {
                continue;
            }
            String text = text(point);
            String parts = Normalizer.normalize(text, Form.NFD);
            if (!parts.equals(text) && Normalizer.normalize(parts, Form.NFC).equals(text)) {
                parts.codePoints().skip(1).forEach(seconds::add);
            }
        }
        assertThat(seconds).contains(0x301, 0x1161, 0x11a8, 0x3099);
        List<String> wrong = new ArrayList<>();
        for (int point = 0; point <= 0x10ffff; point++) {
            // What Unicode 3.2 had not assigned never gets here (SaslPrep), and later versions made letters that
            // compose.
            if (isText(point) && !Tables.unassignedCodePoints(point) && Nfkc.startsPiece(point)) {
                int begin = Normalizer.normalize(text(point), Form.NFKD).codePointAt(0);
                if (seconds.contains(begin) || hasCombiningClass(begin)) {
                    wrong.add(Integer.toHexString(point));
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void eachCodePointWithItsNeighbours_isWhatTheJdkSays() {
        Random random = new Random(13);
        String[] before = {
            "", "a", "e\u0301", "\u30ab", "\uff76", "\u1100", "\u1100\u1161", "\u3131", "\u0627", "\ufb01"
        };
        String[] after = {"", "b", "\u0301", "\u0345\u0323", "\u3099", "\uff9e", "\u1161", "\u11a8", "\u314f", "\u0653"
        };
        for (int point = 0; point <= 0x10ffff; point++) {
            if (isText(point)) {
                same(before[random.nextInt(before.length)] + text(point) + after[random.nextInt(after.length)]);
            }
        }
    }

    @Test
    void everyLength_isWhatTheJdkSays() {
        Random random = new Random(14);
        int[] blocks = {
            0, 0xc0, 0x300, 0x390, 0x5d0, 0x600, 0x930, 0xe20, 0x1100, 0x1160, 0x11a0, 0x1e00, 0x2100, 0x3040
        };
        int[] more = {
            0x3080, 0x3130, 0x3200, 0xac00, 0xf900, 0xfb00, 0xfdf0, 0xff60, 0xffa0, 0x1d150, 0x1d400, 0x2f800, 0x310
        };
        for (int round = 0; round < 9_030; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = round % 301; i > 0; i--) {
                int at = random.nextInt(blocks.length + more.length);
                text.appendCodePoint(
                        (at < blocks.length ? blocks[at] : more[at - blocks.length]) + random.nextInt(0x20));
            }
            same(text.toString());
        }
    }

    private static void same(String text) {
        char[] out = new char[text.length() * Nfkc.MAX_EXPANSION];
        int length = Nfkc.normalize(text.toCharArray(), text.length(), out);
        String expected = Normalizer.normalize(text, Form.NFKC);
        // a million calls of assertThat take seconds
        if (!new String(out, 0, length).equals(expected)) {
            fail("differs from the JDK for " + Hex.text(text.getBytes(UTF_16BE)));
        }
    }

    /** Two marks of different class change places in one order or in the other. */
    private static boolean hasCombiningClass(int point) {
        for (String other : new String[] {"\u0334", "\u0345"}) {
            String behind = other + text(point);
            String front = text(point) + other;
            if (!Normalizer.normalize(behind, Form.NFD).equals(behind)
                    || !Normalizer.normalize(front, Form.NFD).equals(front)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isText(int point) {
        int type = Character.getType(point);
        return type != Character.UNASSIGNED && type != Character.SURROGATE && type != Character.PRIVATE_USE;
    }

    private static String text(int point) {
        return new String(Character.toChars(point));
    }
}
