package io.lethe.broker.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

    private static final int MAX = 1 << 20;

    @Test
    void values_comeBackAsTheyWere() throws Exception {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("text", "a\"b\\c\n\t\u0001\u007f é 😀 \u2028");
        map.put("list", List.of(1L, -9223372036854775808L, 9223372036854775807L, 0L, true, false, List.of(), Map.of()));
        map.put("", new LinkedHashMap<>(Map.of("x", "y")));
        assertThat(Json.read(Json.write(map), MAX)).isEqualTo(map);
        assertThat(Json.read(Json.writePretty(map), MAX)).isEqualTo(map);
        assertThat(new String(Json.write(List.of("a", 1L, Map.of("k", false))), UTF_8))
                .isEqualTo("[\"a\",1,{\"k\":false}]");
    }

    @Test
    void halfASurrogatePair_isWrittenAsReplacement() throws Exception {
        assertThat(Json.read(Json.write("a\ud800b"), MAX)).isEqualTo("a\ufffdb");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "[",
                "}",
                "[1,]",
                "{\"a\":1,}",
                "{\"a\"}",
                "{a:1}",
                "{\"a\":1 \"b\":2}",
                "nul",
                "null",
                "tru",
                "True",
                "1.5",
                "1e3",
                "01",
                "-",
                "+1",
                "9223372036854775808",
                "\"",
                "\"\\",
                "\"\\x\"",
                "\"\\u12\"",
                "\"\\u１２３４\"",
                "\"\\ud800\"",
                "\"\\udc00\\ud800\"",
                "\"a\u0000b\"",
                "\"a\nb\"",
                "1 2",
                "{} x",
                "'a'",
                "[1 2]",
                "{\"a\":1,\"a\":1}",
                "{\"a\":1,\"\\u0061\":2}",
                "/**/1",
                "\ufeff1",
                "NaN",
                "[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]"
            })
    void whatIsNotOurJson_isRefusedInOneLine(String text) {
        assertThatThrownBy(() -> Json.read(text.getBytes(UTF_8), MAX))
                .isInstanceOf(JsonException.class)
                .satisfies(e -> assertThat(e.getMessage()).startsWith("line ").doesNotContain("\n"));
    }

    @Test
    void aKeyWhoseValueIsNull_isNotThereTwiceEither() throws Exception {
        for (String twice : List.of(
                "{\"decision\":null,\"decision\":true}",
                "{\"decision\":true,\"decision\":null}",
                "{\"decision\":null,\"decision\":null}")) {
            assertThatThrownBy(() -> Json.readForeign(twice.getBytes(UTF_8), MAX))
                    .isInstanceOf(JsonException.class)
                    .hasMessageEndingWith("this key stands here twice");
        }
        assertThat(Json.readForeign("{\"a\":null,\"b\":{\"a\":1}}".getBytes(UTF_8), MAX))
                .isEqualTo(Map.of("b", Map.of("a", 1L)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[1,\\n  x]|line 2, column 3: a value should stand here",
                "{\"a\":1,\\n\"a\":2}|line 2, column 1: this key stands here twice",
                "[1|line 1, column 3: ']' should stand here"
            })
    void messages_nameLineAndColumn(String text, String message) {
        assertThatThrownBy(() -> Json.read(text.replace("\\n", "\n").getBytes(UTF_8), MAX))
                .hasMessage(message);
    }

    @Test
    void invalidUtf8AndTooLong_areRefused() {
        assertThatThrownBy(() -> Json.read(new byte[] {'"', (byte) 0xc3, '"'}, MAX))
                .hasMessage("is not UTF-8");
        assertThatThrownBy(() -> Json.read(new byte[] {'"', (byte) 0xc0, (byte) 0x80, '"'}, MAX))
                .hasMessage("is not UTF-8");
        assertThatThrownBy(() -> Json.read(new byte[11], 10)).hasMessage("is 11 bytes long, at most 10 are read");
    }

    @Test
    void fields_areTypedAndUnknownOnesRefused() throws Exception {
        JsonFields fields = Json.readObject("{\"s\":\"x\",\"n\":1,\"odd\":true}".getBytes(UTF_8), MAX);
        assertThat(fields.string("s")).isEqualTo("x");
        assertThat(fields.number("n")).isEqualTo(1);
        assertThatThrownBy(() -> fields.number("s")).hasMessage("the text: 's' is not a number");
        assertThatThrownBy(() -> fields.string("gone")).hasMessage("the text: 'gone' is missing");
        assertThatThrownBy(fields::end).hasMessage("the text: unknown key 'odd'");
        fields.flag("odd");
        fields.end();
    }

    @Test
    void randomBytes_throwNothingButTheJsonException() {
        Random random = new Random(7);
        String alphabet = "{}[]\",:\\u0123456789abtruefalsn -+.eE\n\t\u00e9\ud83d\ude00";
        byte[] seed = "{\"a\":[1,true,\"x\\u00e9\"],\"b\":{\"c\":-1}}".getBytes(UTF_8);
        int read = 0;
        for (int i = 0; i < 60_000; i++) {
            byte[] bytes;
            if (i % 3 == 0) {
                bytes = new byte[random.nextInt(40)];
                random.nextBytes(bytes);
            } else if (i % 3 == 1) {
                StringBuilder text = new StringBuilder();
                for (int n = random.nextInt(30); n > 0; n--) {
                    text.append(alphabet.charAt(random.nextInt(alphabet.length())));
                }
                bytes = text.toString().getBytes(UTF_8);
            } else {
                bytes = seed.clone();
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            try {
                Object value = Json.read(bytes, MAX);
                read++;
                if (!Json.read(Json.write(value), MAX).equals(value)) {
                    throw new AssertionError("not the same: " + value);
                }
            } catch (JsonException e) {
                if (e.getMessage().indexOf('\n') >= 0) {
                    throw new AssertionError(e.getMessage());
                }
            }
        }
        assertThat(read).isGreaterThan(1000);
    }

    @Test
    void deepNesting_doesNotOverflowTheStack() {
        List<String> open = new ArrayList<>(Collections.nCopies(100_000, "["));
        assertThatThrownBy(() -> Json.read(String.join("", open).getBytes(UTF_8), MAX))
                .hasMessage("line 1, column 17: is nested deeper than 16");
    }
}
