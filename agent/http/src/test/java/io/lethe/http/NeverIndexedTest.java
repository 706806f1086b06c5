package io.lethe.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class NeverIndexedTest {

    @Test
    void literal_isOneThatAMarkerMayStandIn() {
        String marker = new String(Marker.random(40), StandardCharsets.US_ASCII);
        byte[] field = NeverIndexed.literal("x-api-key", "key " + marker);
        assertThat(field[0]).isEqualTo((byte) 0x10);
        assertThat(standsIn("X-Api-Key", field, marker.length())).isTrue();
        assertThat(standsIn("X-Other", field, marker.length())).isFalse();
    }

    @Test
    void literalOfALongValue_hasItsLengthInMoreThanOneByte() {
        StringBuilder value = new StringBuilder("key ");
        value.append(new String(Marker.random(300), StandardCharsets.US_ASCII));
        byte[] field = NeverIndexed.literal("authorization", value.toString());
        assertThat(field).hasSize(1 + 1 + "authorization".length() + 3 + value.length());
        assertThat(standsIn("Authorization", field, 300)).isTrue();
    }

    private static boolean standsIn(String name, byte[] field, int marker) {
        int at = field.length - marker;
        return Before.neverIndexed(name, "key ", 4 + marker)
                .fits(distance -> at - distance < 0 ? -1 : field[at - distance] & 0xff);
    }
}
