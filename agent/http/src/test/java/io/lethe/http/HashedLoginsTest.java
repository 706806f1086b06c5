package io.lethe.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class HashedLoginsTest {

    private final HashedLogins.Refusing digest = new HashedLogins.Refusing("Digest");

    @Test
    void reference_isRefusedByName() {
        Object[] call = {this, "user:realm:", "lethe:payments#token".toCharArray()};

        assertThatThrownBy(() -> digest.enter(call))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("'lethe:payments'")
                .hasMessageContaining("Digest");
    }

    @Test
    void passwords_pass() throws IOException {
        for (String password : new String[] {"", "leth", "Lethe:x", " lethe:x"}) {
            Object[] call = {null, "lethe:user", password.toCharArray()};

            assertThat(digest.enter(call)).isSameAs(call);
        }
        assertThat(digest.enter(new Object[] {this, "user", null})).hasSize(3);
    }
}
