package io.lethe.weave;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class SitesTest {

    private final Sites sites = new Sites();

    @Test
    void eachHandler_hasItsOwnNumber() {
        long one = sites.register(arguments -> "one");
        long two = sites.register(arguments -> "two " + arguments[0]);
        assertThat(one).isNotZero().isNotEqualTo(two);
        assertThat(sites.apply(one, null)).isEqualTo("one");
        assertThat(sites.apply(two, new Object[] {"x"})).isEqualTo("two x");
    }

    @Test
    void unknownNumber_isAnsweredLikeAMissingRuntime() {
        sites.register(arguments -> "one");
        assertThat(sites.apply(0L, new Object[0])).isNull();
        assertThat(sites.apply(1L, null)).isNull();
    }

    @Test
    void checkedExceptions_comeOutAsTheyAre() {
        IOException thrown = new IOException();
        long site = sites.register(arguments -> {
            throw thrown;
        });
        assertThatThrownBy(() -> sites.apply(site, null)).isSameAs(thrown);
    }
}
