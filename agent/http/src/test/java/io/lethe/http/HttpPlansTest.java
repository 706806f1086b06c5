package io.lethe.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.weave.ClassPlan;
import io.lethe.weave.Sites;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class HttpPlansTest {

    private final Http http = new Http(
            new Sites(),
            () -> {
                throw new AssertionError("no reference was seen");
            },
            new NothingWoven());

    @Test
    void eachClassThatTheGateKnows_hasItsPlan() {
        Set<String> names = new HashSet<>(HttpClasses.all());
        names.addAll(Jsse.names());
        names.addAll(PlainSockets.names());
        for (String name : names) {
            ClassPlan plan = http.plan(name);
            assertThat(plan).as(name).isNotNull();
            assertThat(plan.name()).isEqualTo(name);
            assertThat(http.plan(name)).as("made once").isSameAs(plan);
        }
    }

    @Test
    void aClassOfALibraryThatHasNoPlan_isLeftAlone() {
        assertThat(http.plan("okhttp3/Request")).isNull();
        assertThat(http.plan("app/Driver")).isNull();
    }
}
