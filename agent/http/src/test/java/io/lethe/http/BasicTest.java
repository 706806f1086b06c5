package io.lethe.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BasicTest {

    @ParameterizedTest
    @ValueSource(strings = {"", "u", "bob", "user", "\u00fcber", "a.longer-name@example"})
    void passwordIsAReference_behindAUserOfAnyLength(String user) {
        String value = coded(user + ":lethe:payments");

        Basic basic = Basic.of(value, Basic.start(value));

        assertThat(basic).isNotNull();
        assertThat(basic.user).isEqualTo(user);
        assertThat(basic.userReference).isNull();
        assertThat(basic.passwordReference).hasToString("lethe:payments");
    }

    @Test
    void bothAreReferences() {
        String value = coded("lethe:payments:lethe:payments");

        Basic basic = Basic.of(value, Basic.start(value));

        assertThat(basic).isNotNull();
        assertThat(basic.userReference).hasToString("lethe:payments");
        assertThat(basic.passwordReference).hasToString("lethe:payments");
    }

    @Test
    void onlyTheUserIsAReference_keepsTheApplicationsPassword() {
        String value = coded("lethe:payments:own:word");

        Basic basic = Basic.of(value, Basic.start(value));

        assertThat(basic).isNotNull();
        assertThat(basic.userReference).hasToString("lethe:payments");
        assertThat(basic.passwordReference).isNull();
        assertThat(basic.password).isEqualTo("own:word".getBytes(StandardCharsets.US_ASCII));
        basic.close();
        assertThat(basic.password).containsOnly(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"user:password", "lethe:", "user:", ":", "legal:lethal"})
    void withoutAReference_isNotEvenDecoded(String plain) {
        assertThat(concerns(coded(plain))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"lethe:hunter2", "lethe:Hunter 2:x", "lethe:", "lethe::x"})
    void userCalledLethe_isNoReference(String plain) {
        assertThat(concerns(coded(plain))).isFalse();
    }

    @Test
    void whatClaimsToBeAReferenceAndCannotBeRead_isRefused() {
        String malformed = coded("joe:lethe:NO NAME");
        String cut = coded("joe:lethe:payments").replace('=', '*') + "*";

        assertThatThrownBy(() -> Basic.of(malformed, Basic.start(malformed))).hasMessageContaining("not a reference");
        assertThatThrownBy(() -> Basic.of(cut, Basic.start(cut))).hasMessageContaining("Base64");
    }

    @Test
    void otherSchemes_areNotBasic() {
        assertThat(Basic.start("Bearer bGV0aGU6")).isNegative();
        assertThat(Basic.start("Basic")).isNegative();
        assertThat(Basic.start("BASIC " + coded("u:lethe:x").substring(6))).isPositive();
    }

    private static boolean concerns(String value) {
        int start = Basic.start(value);
        return start >= 0 && Basic.of(value, start) != null;
    }

    private static String coded(String plain) {
        return "Basic " + Base64.getEncoder().encodeToString(plain.getBytes(StandardCharsets.UTF_8));
    }
}
