package io.lethe.broker.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.secret.ByteSource;
import io.lethe.secret.Sealed;
import io.lethe.secret.Window;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretJsonTest {

    private static final String ANSWER =
            "{\"request_id\":\"r-1\",\"lease_id\":\"\",\"renewable\":false,\"data\":{\"data\":"
                    + "{\"other\":\"x\",\"password\":\"S3cret-\\u00e4\\uD83D\\uDE00\\n\\\"\"},\"metadata\":{\"custom_metadata\":null,"
                    + "\"destroyed\":true,\"version\":17}},\"auth\":null}\n";

    @Test
    void whatIsAskedFor_comesOut() throws JsonException {
        SecretJson json = read(ANSWER);
        assertThat(secret(json, "data", "data", "password")).isEqualTo("S3cret-\u00e4\ud83d\ude00\n\"");
        assertThat(json.text("request_id")).isEqualTo("r-1");
        assertThat(json.number("data", "metadata", "version")).isEqualTo(17);
        assertThat(json.isTrue("data", "metadata", "destroyed")).isTrue();
        assertThat(json.isTrue("renewable")).isFalse();
        assertThat(json.isNull("auth")).isTrue();
        assertThat(json.has("auth")).isFalse();
        assertThat(json.has("auth", "client_token")).isFalse();
        assertThat(json.secret("auth", "client_token")).isNull();
        assertThat(json.secret("data", "data", "absent")).isNull();
        assertThat(json.secret("password")).as("not at another depth").isNull();
    }

    @Test
    void keyInEscapes_isTheSameKey() throws JsonException {
        assertThat(secret(read("{\"p\\u0061ss\":\"x\"}"), "pass")).isEqualTo("x");
        assertThatThrownBy(() -> read("{\"p\\u0061ss\":\"x\",\"pass\":\"y\"}")).hasMessageContaining("twice");
    }

    @Test
    void otherKindThanAskedFor_isRefused() throws JsonException {
        SecretJson json = read("{\"n\":12,\"f\":1.5,\"t\":\"x\"}");
        assertThatThrownBy(() -> json.secret("n")).isInstanceOf(JsonException.class);
        assertThatThrownBy(() -> json.number("t")).isInstanceOf(JsonException.class);
        assertThatThrownBy(() -> json.number("f")).isInstanceOf(JsonException.class);
        assertThatThrownBy(() -> json.number("absent")).isInstanceOf(JsonException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{}x",
                "{\"a\":1,}",
                "{\"a\" 1}",
                "{a:1}",
                "[1 2]",
                "\"\\x\"",
                "\"\\u12\"",
                "\"\\ud800\"",
                "\"\\udc00\"",
                "\"\\ud800\\u0041\"",
                "\"\u0001\"",
                "01",
                "1.",
                "-",
                "+1",
                "1e",
                "nul",
                "True",
                "'a'",
                "{\"a\":1,\"b\":{\"c\":2,\"c\":3}}",
                "[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]"
            })
    void whatIsNoJson_isRefused_andNotShown(String text) {
        assertThatThrownBy(() -> read(text)).isInstanceOf(JsonException.class);
    }

    @Test
    void brokenUtf8_isRefused() {
        for (int[] bad : new int[][] {
            {0xff}, {0xc0, 0x80}, {0xe0, 0x80, 0x80}, {0xed, 0xa0, 0x80}, {0xf4, 0x90, 0x80, 0x80}, {0xc3}
        }) {
            byte[] text = new byte[bad.length + 2];
            text[0] = '"';
            for (int i = 0; i < bad.length; i++) {
                text[i + 1] = (byte) bad[i];
            }
            text[bad.length + 1] = '"';
            assertThatThrownBy(() -> SecretJson.of(new Bytes(text))).isInstanceOf(JsonException.class);
        }
    }

    /** What the other reader, which makes texts, takes and refuses, this one does, too. */
    @Test
    void agreesWithTheOtherReader() {
        Random random = new Random(42);
        int valid = 0;
        for (int i = 0; i < 100_000; i++) {
            byte[] bytes = ANSWER.getBytes(StandardCharsets.UTF_8);
            for (int k = random.nextInt(3); k > 0; k--) {
                bytes[random.nextInt(bytes.length)] = (byte)
                        (random.nextBoolean() ? random.nextInt(256) : "{}[]\",:\\u0tfn1".charAt(random.nextInt(14)));
            }
            @Nullable String expected = expected(bytes);
            String actual;
            try {
                SecretJson json = SecretJson.of(new Bytes(bytes));
                actual = "valid " + secretOrNull(json);
                valid++;
            } catch (JsonException e) {
                actual = "no JSON";
            }
            assertThat(actual)
                    .as(new String(bytes, StandardCharsets.ISO_8859_1))
                    .isEqualTo(expected);
        }
        assertThat(valid).isBetween(10_000, 99_000);
    }

    private static String expected(byte[] bytes) {
        try {
            Object value = Json.readForeign(bytes, bytes.length);
            for (String key : Arrays.asList("data", "data", "password")) {
                value = value instanceof Map ? ((Map<?, ?>) value).get(key) : null;
            }
            return "valid " + value;
        } catch (JsonException e) {
            return "no JSON";
        }
    }

    private static @Nullable String secretOrNull(SecretJson json) {
        try {
            return secret(json, "data", "data", "password");
        } catch (JsonException e) {
            return null;
        }
    }

    private static @Nullable String secret(SecretJson json, String... path) throws JsonException {
        try (Sealed sealed = json.secret(path)) {
            if (sealed == null) {
                return null;
            }
            try (Window window = sealed.open()) {
                return new String(window.bytes(), StandardCharsets.UTF_8);
            }
        }
    }

    private static SecretJson read(String text) throws JsonException {
        return SecretJson.of(new Bytes(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static final class Bytes implements ByteSource {

        private final byte[] bytes;

        Bytes(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public int length() {
            return bytes.length;
        }

        @Override
        public byte byteAt(int index) {
            return bytes[index];
        }
    }
}
