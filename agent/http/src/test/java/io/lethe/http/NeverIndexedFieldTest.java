package io.lethe.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class NeverIndexedFieldTest {

    private static final String LONG = "~" + new String(new char[299]).replace('\0', '!');

    @Test
    void field_isALiteralThatIsNeverIndexed_withRawNameAndValue() {
        assertThat(Before.neverIndexedField("X-Api-Key", "~!#"))
                .isEqualTo("\u0010\u0009x-api-key\u0003~!#".getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void lengthFrom127On_takesMoreBytes() {
        byte[] field = Before.neverIndexedField("a", LONG);

        assertThat(field)
                .startsWith(0x10, 1, 'a', 0x7f, 300 - 127 - 128 + 128, 1, '~')
                .hasSize(6 + 300);
    }

    @Test
    void field_isWhatAMarkerInItMustStandAfter() {
        for (String text : new String[] {"Bearer ", "", "Token of=us, it="}) {
            String value = text + LONG;
            byte[] field = Before.neverIndexedField("Authorization", value);
            Before before = Before.neverIndexed("authorization", text, value.length());

            assertThat(before.fits(at(field, field.length - LONG.length()))).isTrue();
            field[0] = 0x40;
            assertThat(before.fits(at(field, field.length - LONG.length()))).isFalse();
        }
    }

    @Test
    void valueThatWaits_isTakenOnce() {
        NeverIndexed waiting = new NeverIndexed();
        assertThat(waiting.isEmpty()).isTrue();
        waiting.add("Bearer " + LONG);

        assertThat(waiting.isEmpty()).isFalse();
        assertThat(waiting.take("Bearer ~")).isFalse();
        assertThat(waiting.take(new StringBuilder("Bearer " + LONG))).isTrue();
        assertThat(waiting.take("Bearer " + LONG)).isFalse();
        assertThat(waiting.isEmpty()).isTrue();
    }

    private static Before.Stream at(byte[] bytes, int index) {
        return distance -> index - distance < 0 ? -1 : bytes[index - distance] & 0xff;
    }
}
