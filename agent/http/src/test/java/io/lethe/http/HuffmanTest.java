package io.lethe.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HuffmanTest {

    /** The examples of RFC 7541, C.4, and of it the ones without capitals. */
    @ParameterizedTest
    @CsvSource({
        "www.example.com, f1e3c2e5f23a6ba0ab90f4ff",
        "no-cache, a8eb10649cbf",
        "custom-key, 25a849e95ba97d7f",
        "custom-value, 25a849e95bb8e8b4bf"
    })
    void asTheStandardSays(String text, String hex) {
        StringBuilder coded = new StringBuilder();
        for (byte b : Huffman.encode(text.getBytes(StandardCharsets.US_ASCII))) {
            coded.append(String.format("%02x", b & 0xff));
        }

        assertThat(coded).hasToString(hex);
    }
}
