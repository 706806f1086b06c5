package io.lethe.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class DerbyTest {

    @Test
    void halves_areWrittenAsDerbyDoes() {
        assertThat(DerbyConnect.nibbles("app")).containsExactly(6, 7, 7, 0, 0, 0);
        assertThat(DerbyConnect.nibbles("")).isEmpty();
    }

    @Test
    void aToken_leavesThePasswordAsItIs() {
        byte[] secret = "S3cret".getBytes(StandardCharsets.UTF_8);
        byte[] token = DerbyConnect.token(DerbyConnect.nibbles("app"), secret);
        assertThat(token).hasSize(20).isNotEqualTo(DerbyConnect.token(DerbyConnect.nibbles("sa"), secret));
        assertThat(secret).asString(StandardCharsets.UTF_8).isEqualTo("S3cret");
    }
}
