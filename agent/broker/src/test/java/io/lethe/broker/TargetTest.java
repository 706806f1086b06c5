package io.lethe.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetTest {

    @ParameterizedTest
    @CsvSource({
        "https, api.example, 443, /v1, https://api.example:443/v1",
        "https, api.example, -1, v1/, https://api.example:443/v1/",
        "HTTP, API.example, 0, /, http://api.example:80",
        "https, [::1], 8443, /a, https://[0:0:0:0:0:0:0:1]:8443/a",
        "https, 2001:DB8::1, 443, /a, https://[2001:db8:0:0:0:0:0:1]:443/a",
        "https, fe80::1%eth0, 443, /a, https://[fe80::1%eth0]:443/a",
        "https, api.example., 443, /a, https://api.example.:443/a",
        "https, api.example, 443, //a, https://api.example:443//a"
    })
    void whatARequestReaches_isWrittenInOneWay(String scheme, String host, int port, String path, String text) {
        assertThat(Target.http(scheme, host, port, path)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1?token=S3cret", "/v1?a=b?token=S3cret", "/v1?#S3cret", "v1?S3cret"})
    void aQuery_neverReachesATarget(String path) {
        assertThat(Target.http("https", "api.example", 443, path)).hasToString("https://api.example:443/v1");
        assertThat(new Target("HTTPS", "api.example", 443, path.replaceFirst("^/", "")).path())
                .isEqualTo("v1");
    }

    @Test
    void aFragment_isDroppedButSeen() {
        assertThat(Target.http("https", "api.example", 443, "/v1#S3cret?x").path())
                .isEqualTo("v1#");
        assertThat(Target.http("https", "api.example", 443, "?S3cret").path()).isEmpty();
    }

    @Test
    void aDatabase_keepsItsPath() {
        assertThat(new Target("postgresql", "db", 5432, "a?b#c").path()).isEqualTo("a?b#c");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "[api.example]",
                "u:S3cret@api.example",
                "api.example/S3cret",
                "api.example?S3cret",
                "api.example#S3cret",
                "api.example\\S3cret",
                "api.example S3cret",
                "api.example\r\nS3cret",
                "[::1]S3cret"
            })
    void whatIsNoHost_isRefused_andNotShown(String host) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Target.http("https", host, 443, "/"))
                .satisfies(e ->
                        assertThat(e.getMessage()).startsWith("the request").doesNotContain("S3cret", "\n"));
    }

    @Test
    void otherSchemes_areNoHttp() {
        assertThatIllegalArgumentException().isThrownBy(() -> Target.http("postgresql", "db", 5432, "orders"));
        assertThatIllegalArgumentException().isThrownBy(() -> Target.http("ftp", "db", 21, ""));
    }
}
