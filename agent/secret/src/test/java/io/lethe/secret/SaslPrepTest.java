package io.lethe.secret;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.ongres.saslprep.SASLprep;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SaslPrepTest {

    @ParameterizedTest
    @CsvSource({
        "I\u00adX, IX", // RFC 4013, section 3
        "user, user",
        "\u00aa, a",
        "\u2168, IX",
        "a\u00a0b, a b",
        "\u200b\u00e9, ' \u00e9'", // a space to PostgreSQL, though RFC 4013 has it in both tables
        "e\u0301, \u00e9",
        "\ufb01x, fix",
        "\uff76\uff9e, \u30ac",
        "\ufb1f, \u05f2\u05b7", // ends in a mark, but only once it is normalized
        "\u0627\u0031\u0628, \u0627\u0031\u0628",
    })
    void prepared(String password, String expected) {
        assertThat(prepare(password)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u0007\u00e9", // control
                "\u0627\u0031", // right-to-left must end so
                "\u0627a\u0628", // both directions
                "\u00ad", // nothing is left
                "\u0221x", // not assigned in Unicode 3.2
                "\ue000x",
                "\ufe17x", // the same, though its normal form was assigned
                "\u0340a", // prohibited, though its normal form is not
                "\ufffdx",
            })
    void refusedByPostgresql_staysAsItIs(String password) {
        assertThat(prepare(password)).isEqualTo(password);
    }

    @Test
    void asciiAndBytesThatAreNoText_stayAsTheyAre_inAFreshArray() {
        for (byte[] raw : new byte[][] {{}, {1, 'a', 127}, {(byte) 0xff, 'a'}, {(byte) 0xc3}}) {
            byte[] prepared = SaslPrep.prepare(raw);
            assertThat(prepared).isEqualTo(raw).isNotSameAs(raw);
        }
    }

    @Test
    void randomText_isWhatPgjdbcsSaslprepSays() {
        SASLprep theirs = new SASLprep();
        Random random = new Random(15);
        int[] blocks = {
            0x20, 0x40, 0x60, 0xa0, 0xc0, 0xe0, 0x300, 0x3b0, 0x400, 0x5d0, 0x620, 0x1100, 0x1160, 0x1e00, 0x2000
        };
        int[] more = {
            0x2160, 0x3040, 0x3080, 0x30a0, 0x3131, 0x4e00, 0xac00, 0xfb00, 0xfe00, 0xff21, 0xff70, 0x1d400, 0x10400
        };
        int prepared = 0;
        int refused = 0;
        for (int round = 0; round < 60_000; round++) {
            StringBuilder builder = new StringBuilder();
            boolean one = random.nextBoolean();
            int block = random.nextInt(blocks.length + more.length);
            for (int i = 1 + random.nextInt(round % 100 == 0 ? 300 : 4); i > 0; i--) {
                int at = one ? block : random.nextInt(blocks.length + more.length);
                int point = (at < blocks.length ? blocks[at] : more[at - blocks.length]) + random.nextInt(0x20);
                builder.appendCodePoint(postgresqlDiffers(point) ? 'z' : point);
            }
            String password = builder.toString();
            String expected;
            try {
                expected = theirs.prepareStored(password);
                prepared++;
            } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
                // the latter is its answer where the mapping leaves nothing
                expected = password;
                refused++;
            }
            assertThat(prepare(password)).as(Hex.text(password.getBytes(UTF_8))).isEqualTo(expected);
        }
        assertThat(prepared).isGreaterThan(5_000);
        assertThat(refused).isGreaterThan(5_000);
    }

    /** A space there, nothing for the RFC; unassigned there, its normal form is not; ends right-to-left, not normalized. */
    private static boolean postgresqlDiffers(int point) {
        return point == 0x200b || (point >= 0xfe10 && point <= 0xfe1f) || (point >= 0xfb1d && point <= 0xfb1f);
    }

    private static String prepare(String password) {
        return new String(SaslPrep.prepare(password.getBytes(UTF_8)), UTF_8);
    }
}
