package io.lethe.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Forms in parts, which may be cut anywhere. */
final class NettyBodiesTest {

    private final NettyBodies.Form form = new NettyBodies.Form("POST", "/token", false);

    @Test
    void aReferenceAtTheEndOfAPart_waitsForTheNext() {
        assertThat(next("a=b&client_secret=lethe:pay", false)).isEqualTo("|a=b&");
        assertThat(form.holds()).isTrue();
        assertThat(next("", false)).isEqualTo("|");
        assertThat(next("ments&c=d", false)).isEqualTo("|client_secret=lethe:payments&c=d");
        assertThat(form.holds()).isFalse();
        assertThat(next("", true)).isEqualTo("|");
    }

    @Test
    void aReferenceThatIsTheWholeForm_goesOutWithTheEnd() {
        assertThat(next("client_secret=lethe%3Aidp", false)).isEqualTo("|");
        assertThat(next("", true)).isEqualTo("|client_secret=lethe%3Aidp");
        assertThat(form.holds()).isFalse();
    }

    @Test
    void theLastPart_holdsNothingBack() {
        assertThat(next("client_secret=lethe:idp", true)).isEqualTo("|client_secret=lethe:idp");
        assertThat(form.holds()).isFalse();
    }

    @Test
    void whatBeginsInTheMidstOfAField_isNoField() {
        assertThat(next("old_", false)).isEqualTo("|old_");
        assertThat(next("secret=lethe:idp&client_secret=lethe:idp&c=", false))
                .isEqualTo("secret=lethe:idp&|client_secret=lethe:idp&c=");
        assertThat(next("x=lethe:idp", false)).isEqualTo("x=lethe:idp|");
        assertThat(next("&secret=lethe:idp&c=d", true)).isEqualTo("&|secret=lethe:idp&c=d");
    }

    @Test
    void behindAPartThatNobodyLookedAt_nextFieldBeginsBehindTheNextSign() {
        form.skip();
        assertThat(next("secret=lethe:idp&a=lethe:idp&", false)).isEqualTo("secret=lethe:idp&|a=lethe:idp&");
        assertThat(next("b=lethe:idp&", false)).isEqualTo("|b=lethe:idp&");
    }

    @Test
    void aFormWhoseLengthIsSaid_isNotHeldBack() {
        NettyBodies.Form measured = new NettyBodies.Form("POST", "/token", true);
        assertThat(measured.next("secret=lethe:idp".getBytes(US_ASCII), false).bytes)
                .asString(US_ASCII)
                .isEqualTo("secret=lethe:idp");
        assertThat(measured.holds()).isFalse();
    }

    /** What goes out, and in it where fields begin. */
    private String next(String part, boolean last) {
        NettyBodies.Part made = form.next(part.getBytes(US_ASCII), last);
        String text = new String(made.bytes, US_ASCII);
        return text.substring(0, made.from) + "|" + text.substring(made.from);
    }
}
