package io.lethe.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetPatternTest {

    @ParameterizedTest
    @CsvSource({
        "postgresql://db:5432/orders, postgresql://db:5432/orders",
        "postgresql://db/orders, postgresql://db:5432/orders",
        "postgresql://DB/orders, postgresql://db/orders",
        "postgresql://db/orders, postgresql://Db/orders",
        "postgresql://db:*/orders, postgresql://db:15432/orders",
        "postgresql://127.0.0.1:5432/*, postgresql://127.0.0.1:5432/any",
        "postgresql://[::1]/orders, postgresql://[0:0:0:0:0:0:0:1]:5432/orders",
        "postgresql://[2001:DB8::1]/orders, postgresql://[2001:db8:0::1]/orders",
        "postgresql://*.db.example/orders, postgresql://a.db.example/orders",
        "mysql://db/x, mysql://db:3306/x",
        "mariadb://db/x, mariadb://db:3306/x",
        "sqlserver://db/x, sqlserver://db:1433/x",
        "sqlserver://db, sqlserver://db:1433",
        "oracle://db/x, oracle://db:1521/x",
        "https://api.example, https://api.example:443/any/path",
        "http://api.example, http://api.example:80/",
        "https://api.example/v1, https://api.example/v1/orders/7",
        "https://api.example/v1/*/items, https://api.example/v1/7/items/9",
        "https://api.example/v1/, https://api.example/v1",
        "https://api.example/v1, https://api.example/v1//orders",
        "https://api.example/v1, https://api.example/v1/a%20b.c/..d/e..",
        "https://api.example/v1, https://api.example/v1/b%C3%BCcher/%e0%a4%85",
        "https://API.example:443/v1, https://api.EXAMPLE/v1",
        "https://[::1]/v1, https://[0:0::1]:443/v1",
        "https://xn--bcher-kva.example, https://XN--bcher-kva.example:443/"
    })
    void within(String pattern, String target) {
        assertThat(TargetPattern.parse(pattern).matches(Target.parse(target))).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "postgresql://db:5432/orders, postgresql://evil:5432/orders",
        "postgresql://db:5432/orders, postgresql://db:5433/orders",
        "postgresql://db:5432/orders, postgresql://db:5432/orders2",
        "postgresql://db:5432/orders, postgresql://db:5432/Orders",
        "postgresql://db:5432/orders, postgresql://db:5432/orders/x",
        "postgresql://db:5432/orders, postgresql://db:5432",
        "postgresql://db:5432/*, postgresql://db:5432/a/b",
        "postgresql://db:5432/*, postgresql://db:5432",
        "postgresql://db:5432/*/b, postgresql://db:5432//b",
        "postgresql://db:5432, postgresql://db:5432/orders",
        "postgresql://db:5432/orders, mysql://db:5432/orders",
        "postgresql://db/orders, postgresql://db./orders",
        "postgresql://*.example/orders, postgresql://example/orders",
        "postgresql://*.example/orders, postgresql://a.b.example/orders",
        "postgresql://*.example/orders, postgresql://.example/orders",
        "postgresql://*.example/orders, postgresql://aexample/orders",
        "https://api.example, http://api.example:443",
        "https://api.example/v1, https://api.example/v11",
        "https://api.example/v1, https://api.example/v1/../v2",
        "https://api.example/v1, https://api.example/v1/%2e%2E/v2",
        "https://api.example/v1, https://api.example/v1/.%2e/v2",
        "https://api.example/v1, https://api.example/v1/..%2fv2",
        "https://api.example/v1, https://api.example/v1/%252e%252e/v2",
        "https://api.example/v1, https://api.example/V1",
        "https://api.example/v1, https://api.example/%76%31",
        "https://api.example/v1, https://api.example//v1",
        "https://api.example/v1, https://api.example/",
        "https://api.example/v1, https://api.example",
        "https://api.example/v1/*/items, https://api.example/v1//items",
        "https://api.example/v1, https://api.example./v1",
        "https://api.example/v1, https://api.example:8443/v1",
        "https://api.example/v1, https://xapi.example/v1",
        "https://api.example/v1, https://api.example.evil/v1",
        "https://127.0.0.1/v1, https://127.1/v1",
        "https://127.0.0.1/v1, https://2130706433/v1",
        "https://127.0.0.1/v1, https://0x7f.0.0.1/v1",
        "https://127.0.0.1/v1, https://[::ffff:7f00:2]/v1",
        "https://*.example, https://a.b.example"
    })
    void without(String pattern, String target) {
        assertThat(TargetPattern.parse(pattern).matches(Target.parse(target))).isFalse();
    }

    @Test
    void aTargetFromADriver_neverMatchesByItsOwnText() {
        TargetPattern pattern = TargetPattern.parse("postgresql://db:5432/*");
        assertThat(pattern.matches(new Target("postgresql", "db", 5432, "a?b"))).isTrue();
        assertThat(pattern.matches(new Target("postgresql", "db/x@evil", 5432, "a")))
                .isFalse();
        assertThat(pattern.matches(new Target("postgresql", "*", 5432, "a"))).isFalse();
        TargetPattern label = TargetPattern.parse("https://*.api.example");
        for (String host :
                new String[] {"u@.api.example", "a/b.api.example", "a b.api.example", "*.api.example", "%.api.example"
                }) {
            assertThat(label.matches(new Target("https", host, 443, ""))).isFalse();
        }
        TargetPattern web = TargetPattern.parse("https://api.example/v1");
        assertThat(web.matches(new Target("https", "api.example", 443, "v1/..;x/v2")))
                .isFalse();
        assertThat(web.matches(new Target("https", "api.example", 443, "v1/..\\v2")))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "..",
                ".",
                "...",
                "%2e",
                "%2E%2e",
                "..;x=y",
                ".;",
                "..%3bx",
                "..%20",
                "%20..",
                "..%2fadmin",
                "..%2Fadmin",
                "..%5cadmin",
                "..\\admin",
                "%252e%252e",
                "%2",
                "%",
                "%2g",
                "%u002e%u002e",
                "%c0%ae%c0%ae",
                "%e0%80%ae",
                "%f0%80%80%ae",
                "..%00",
                "a%0d%0aHost:%20evil",
                "a%09",
                "a b",
                "a\tb",
                "a\r\nb",
                "a#b",
                "\u012e\u012e",
                "\uff0e\uff0e",
                "\u2025",
                "%\u0662e"
            })
    void aSegmentThatSomeServerClimbsBy_isOutsideOfAnyPrefix(String segment) {
        TargetPattern web = TargetPattern.parse("https://api.example/v1");
        for (String path : new String[] {"v1/" + segment + "/admin", "/v1/" + segment, "v1/a/b/" + segment + "/"}) {
            assertThat(web.matches(Target.http("https", "api.example", 443, path)))
                    .as(path)
                    .isFalse();
        }
        assertThat(TargetPattern.parse("https://api.example")
                        .matches(Target.http("https", "api.example", 443, segment)))
                .isTrue();
    }

    @Test
    void kelvinSign_isNoK() {
        TargetPattern pattern = TargetPattern.parse("https://k.example");
        assertThat(pattern.matches(new Target("https", "K.example", 443, ""))).isTrue();
        assertThat(pattern.matches(new Target("https", "\u212a.example", 443, "")))
                .isFalse();
        assertThat(TargetPattern.parse("https://i.example").matches(new Target("https", "\u0130.example", 443, "")))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "db",
                "db:5432/orders",
                "jdbc:postgresql://db/orders",
                "ftp://db/x",
                "postgresql:/db",
                "postgresql://",
                "postgresql:///orders",
                "postgresql://db:/x",
                "postgresql://db:0/x",
                "postgresql://db:65536/x",
                "postgresql://db:99999999999/x",
                "postgresql://db:5a/x",
                "postgresql://::1/x",
                "postgresql://[::1/x",
                "postgresql://[::1]5432/x",
                "postgresql://[db]/x",
                "postgresql://[::g]/x",
                "postgresql://[1:2]/x",
                "postgresql://*/x",
                "postgresql://d*b/x",
                "postgresql://*.*.db/x",
                "postgresql://*./x",
                "postgresql://a.*.db/x",
                "postgresql://*.0.0.1/x",
                "postgresql://db:54*/x",
                "postgresql://db/or*",
                "postgresql://db/a b",
                "postgresql://db/a\nb",
                "https://api.example/../x",
                "https://api.example/%2e%2e/x"
            })
    void malformedPatterns_areRefusedInOneLine(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TargetPattern.parse(text))
                .satisfies(e -> assertThat(e.getMessage()).contains("target").doesNotContain("\n"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgresql://u:S3cret@db/x",
                "postgresql://S3cret@db/x",
                "postgresql://db/x?password=S3cret",
                "sqlserver://db;password=S3cret",
                "https://api.example/#S3cret"
            })
    void credentials_areRefusedAndNotRepeated(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TargetPattern.parse(text))
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("S3cret"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Target.parse(text))
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("S3cret"));
    }

    @Test
    void actions_followTheScheme() {
        assertThat(TargetPattern.parse("oracle://db/x").defaultAction()).isEqualTo("connect");
        assertThat(TargetPattern.parse("https://api.example").defaultAction()).isEqualTo("request");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"postgresql://db:5432/*", "https://*.api.example:*/v1/*", "postgresql://[0:0:0:0:0:0:0:1]:5432/o"
            })
    void text_readsBackAsTheSame(String text) {
        assertThat(TargetPattern.parse(text)).hasToString(text);
        assertThat(TargetPattern.parse(TargetPattern.parse(text).toString())).isEqualTo(TargetPattern.parse(text));
    }

    @Test
    void aTarget_hasNoWildcard() {
        assertThatIllegalArgumentException().isThrownBy(() -> Target.parse("postgresql://db/*"));
    }
}
