package io.lethe.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReferenceTest {

    private static final String LONGEST = "a23456789_".repeat(12) + "a2345678";

    @ParameterizedTest
    @CsvSource({
        "lethe:a, a, password",
        "lethe:7, 7, password",
        "lethe:orders-db, orders-db, password",
        "lethe:a.b_c-d.9, a.b_c-d.9, password",
        "lethe:a--b..c, a--b..c, password",
        "lethe:db#username, db, username",
        "lethe:db%23username, db, username",
        "lethe:db#a.b_c-9, db, a.b_c-9",
    })
    void valid(String text, String name, String field) {
        Reference reference = Reference.parse(text, "password");
        assertThat(reference).isNotNull().hasToString(text);
        assertThat(reference.name()).isEqualTo(name);
        assertThat(reference.field()).isEqualTo(field);
    }

    @Test
    void position_decidesTheDefaultField() {
        assertThat(Reference.parse("lethe:db", "username").field()).isEqualTo("username");
        assertThat(Reference.parse("lethe:db#token", "username").field()).isEqualTo("token");
    }

    @Test
    void longestNameAndField_have128Characters() {
        assertThat(LONGEST).hasSize(128);
        Reference reference = Reference.parse("lethe:" + LONGEST + "#" + LONGEST, "password");
        assertThat(reference.name()).isEqualTo(LONGEST);
        assertThat(reference.field()).isEqualTo(LONGEST);
        assertRefused("lethe:" + LONGEST + "x");
        assertRefused("lethe:a#" + LONGEST + "x");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "lethe:",
                "lethe:-a",
                "lethe:a-",
                "lethe:.",
                "lethe:_a",
                "lethe:A",
                "lethe:a b",
                "lethe: a",
                "lethe:a ",
                "lethe:a\n",
                "lethe:a/b",
                "lethe:a:b",
                "lethe:a@b",
                "lethe:a%41",
                "lethe:\u00e9",
                "lethe:\u0430",
                "lethe:#username",
                "lethe:a#",
                "lethe:a%23",
                "lethe:a#b#c",
                "lethe:a#b%23c",
                "lethe:a%23b#c",
                "lethe:a%23b%23c",
                "lethe:a#-",
                "lethe:a#U",
            })
    void malformed_isRefusedInOneLineThatNamesIt(String text) {
        assertRefused(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "lethe", "Lethe:a", "LETHE:a", " lethe:a", "Bearer lethe:a", "lethe;a", "letha:a"})
    void otherText_isNoReference(String text) {
        assertThat(Reference.claims(text)).isFalse();
        assertThat(Reference.parse(text, "password")).isNull();
    }

    @Test
    void null_isNoReference() {
        assertThat(Reference.claims(null)).isFalse();
        assertThat(Reference.parse(null, "password")).isNull();
    }

    private static void assertRefused(String text) {
        assertThat(Reference.claims(text)).isTrue();
        assertThatThrownBy(() -> Reference.parse(text, "password"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is not a reference")
                .message()
                .hasSizeLessThan(300);
    }
}
