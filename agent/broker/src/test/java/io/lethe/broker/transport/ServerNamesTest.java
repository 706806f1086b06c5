package io.lethe.broker.transport;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerNamesTest {

    @ParameterizedTest
    @CsvSource({
        "api.example, api.example, true",
        "API.example, api.EXAMPLE., true",
        "*.example.com, api.example.com, true",
        "*.example.com, a.b.example.com, false",
        "*.example.com, example.com, false",
        "*.com, example.com, false",
        "*, example, false",
        "a*.example.com, api.example.com, false",
        "*.*.com, api.example.com, false",
        "api.example.evil, api.example, false",
    })
    void wildcardsStandForOneWholeLabel(String pattern, String host, boolean matches) {
        assertThat(ServerNames.matches(pattern, host)).isEqualTo(matches);
    }
}
