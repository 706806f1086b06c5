package io.lethe.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class DerbyTest {

    @Test
    void halves_areWrittenAsDerbyDoes() {
        assertThat(DerbySubstitute.nibbles("app")).containsExactly(6, 7, 7, 0, 0, 0);
        assertThat(DerbySubstitute.nibbles("")).isEmpty();
    }

    @Test
    void aToken_leavesThePasswordAsItIs() {
        byte[] secret = "S3cret".getBytes(StandardCharsets.UTF_8);
        byte[] token = DerbySubstitute.token(DerbySubstitute.nibbles("app"), secret);
        assertThat(token).hasSize(20).isNotEqualTo(DerbySubstitute.token(DerbySubstitute.nibbles("sa"), secret));
        assertThat(secret).asString(StandardCharsets.UTF_8).isEqualTo("S3cret");
    }
}
