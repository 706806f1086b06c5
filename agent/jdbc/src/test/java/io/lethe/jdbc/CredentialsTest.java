package io.lethe.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class CredentialsTest {

    @Test
    void plainCredentials_areNoneOfOurBusiness() throws Exception {
        assertThat(Credentials.of("orders", "geheim")).isNull();
        assertThat(Credentials.of(null, null)).isNull();
        assertThat(Credentials.of("", "LETHE:x")).isNull();
    }

    @Test
    void referenceInThePasswordsPlace_meansThePassword() throws Exception {
        Credentials credentials = Credentials.of("orders", "lethe:orders-db");
        assertThat(credentials).isNotNull();
        assertThat(credentials.secret()).isEqualTo("orders-db");
        assertThat(credentials.field()).isEqualTo("password");
        assertThat(credentials.plainUser()).isEqualTo("orders");
        assertThat(credentials.userIsReference()).isFalse();
        assertThat(credentials.isPassword("lethe:orders-db")).isTrue();
        assertThat(credentials.isPassword("lethe:other")).isFalse();
    }

    @Test
    void referenceInTheUsersPlace_meansThePublicUsername() throws Exception {
        Credentials credentials = Credentials.of("lethe:orders-db", "lethe:orders-db#admin");
        assertThat(credentials).isNotNull();
        assertThat(credentials.plainUser()).isNull();
        assertThat(credentials.userIsReference()).isTrue();
        assertThat(credentials.field()).isEqualTo("admin");
    }

    @Test
    void secretFieldInTheUsersPlace_isRefused() {
        assertThatThrownBy(() -> Credentials.of("lethe:orders-db#password", "lethe:orders-db"))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("user's place");
    }

    @Test
    void twoSecretsForOneLogin_areRefused() {
        assertThatThrownBy(() -> Credentials.of("lethe:a", "lethe:b"))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("two secrets");
    }

    @Test
    void malformedReference_isRefusedAndNotSent() {
        assertThatThrownBy(() -> Credentials.of("orders", "lethe:Orders"))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("is not a reference");
    }
}
