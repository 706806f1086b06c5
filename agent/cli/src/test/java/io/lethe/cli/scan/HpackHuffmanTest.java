package io.lethe.cli.scan;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HpackHuffmanTest {

    /** RFC 7541, C.4 and C.6. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "www.example.com | f1e3c2e5f23a6ba0ab90f4ff",
                "no-cache | a8eb10649cbf",
                "custom-key | 25a849e95ba97d7f",
                "custom-value | 25a849e95bb8e8b4bf",
                "302 | 6402",
                "private | aec3771a4b",
                "Mon, 21 Oct 2013 20:13:21 GMT | d07abe941054d444a8200595040b8166e082a62d1bff",
                "https://www.example.com | 9d29ad171863c78f0b97c8e9ae82ae43d3",
                "gzip | 9bd9ab",
                "foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1 | "
                        + "94e7821dd7f2e6c7b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007"
            })
    void examplesOfTheRfc_agree(String text, String hex) {
        byte[] expected = HexFormat.of().parseHex(hex);
        byte[] encoded = HpackHuffman.encode(text.getBytes(StandardCharsets.US_ASCII), 0);

        // The RFC fills the last byte with ones; here only whole bytes count.
        assertThat(expected.length - encoded.length).isBetween(0, 1);
        assertThat(encoded).isEqualTo(Arrays.copyOf(expected, encoded.length));
    }

    @Test
    void noCodeIsThePrefixOfAnother_andTogetherTheyLeaveRoomForTheEndAlone() {
        long sum = 0;
        for (int value = 0; value < 256; value++) {
            sum += 1L << 30 - HpackHuffman.length(value);
        }
        // The end of a string has the one code of 30 bits that is left.
        assertThat(sum).isEqualTo((1L << 30) - 1);
        // The rarest bytes: 0x0a, 0x0d, 0x16 and 0x00, from the table of the RFC.
        assertThat(HpackHuffman.code('\n')).isEqualTo(0x3ffffffc);
        assertThat(HpackHuffman.code('\r')).isEqualTo(0x3ffffffd);
        assertThat(HpackHuffman.code(0x16)).isEqualTo(0x3ffffffe);
        assertThat(HpackHuffman.code(0)).isEqualTo(0x1ff8);
        assertThat(HpackHuffman.code(0xff)).isEqualTo(0x3ffffee);
    }

    @Test
    void whatStandsBefore_shiftsTheBits() {
        byte[] secret = "S3cret-of-the-orders".getBytes(StandardCharsets.US_ASCII);
        // 'a' has five bits, 'b' six, 'X' eight.
        for (String before : new String[] {"a", "b", "ab", "aa", "X", "aX", "aaa", "abb", "aaaaaaa"}) {
            int bits = before.chars().map(HpackHuffman::length).sum();
            byte[] whole =
                    HpackHuffman.encode((before + "S3cret-of-the-orders").getBytes(StandardCharsets.US_ASCII), 0);
            byte[] own = HpackHuffman.encode(secret, bits % 8);
            int from = (bits + 7) / 8;
            assertThat(Arrays.copyOfRange(whole, from, whole.length)).as(before).isEqualTo(own);
        }
    }
}
