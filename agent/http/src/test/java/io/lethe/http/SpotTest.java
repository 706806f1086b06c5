package io.lethe.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpotTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "lethe:payments | lethe:payments",
                "Bearer lethe:payments | lethe:payments",
                "Bearer lethe:payments, | lethe:payments",
                "lethe:a.b-c_d. | lethe:a.b-c_d",
                "a=lethe:x; b=lethe:y#pin | lethe:x lethe:y#pin",
                "lethe:x%23token&y | lethe:x%23token",
                "lethe:x# | lethe:x",
                "alethe:x | ''",
                "not-lethe:x | ''",
                "lethe: | ''",
                "lethe:X | ''",
                "(lethe:x) | lethe:x",
                "lethe:lethe:x | lethe:lethe",
                "no reference | ''",
            })
    void findsReferencesWhereTheyStand(String text, String found) {
        List<Spot> spots = Spot.all(text);

        assertThat(spots.stream().map(spot -> spot.reference.toString()).collect(Collectors.joining(" ")))
                .isEqualTo(found);
        spots.forEach(spot -> assertThat(text.substring(spot.start, spot.end)).isEqualTo(spot.reference.toString()));
    }
}
