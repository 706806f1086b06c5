package io.lethe.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FormTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/x-www-form-urlencoded",
                "Application/X-WWW-Form-URLEncoded",
                "application/x-www-form-urlencoded;charset=UTF-8",
                "application/x-www-form-urlencoded ; charset=UTF-8"
            })
    void mediaTypeOfForms_isKnownInAnyCaseAndWithParameters(String type) {
        assertThat(Forms.isForm(type)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "application/json",
                "application/x-www-form-urlencoded2",
                "multipart/form-data",
                " application/x-www-form-urlencoded"
            })
    void otherMediaTypes_areNoForms(String type) {
        assertThat(Forms.isForm(type)).isFalse();
        assertThat(Forms.isForm(null)).isFalse();
    }

    @Test
    void onlyWholeValues_areReferences() {
        assertThat(concerns("a=b&client_secret=lethe%3Aidp")).isTrue();
        assertThat(concerns("client_secret=lethe:idp&a=b")).isTrue();
        assertThat(concerns("client_secret=xlethe%3Aidp")).isFalse();
        assertThat(concerns("lethe%3Aidp=client_secret")).isFalse();
        assertThat(concerns("lethe%3Aidp")).isFalse();
        assertThat(Forms.concernsForm(null)).isFalse();
    }

    @Test
    void whatIsSentInPlace_isTakenOnce() {
        InPlace<String> parts = new InPlace<>();
        Object request = new Object();
        parts.put(request, "marked");
        assertThat(parts.take(new Object())).isNull();
        assertThat(parts.take(request)).isEqualTo("marked");
        assertThat(parts.take(request)).isNull();
        assertThat(parts.isEmpty()).isTrue();
    }

    private static boolean concerns(String body) {
        return Forms.concernsForm(body.getBytes(StandardCharsets.US_ASCII));
    }
}
