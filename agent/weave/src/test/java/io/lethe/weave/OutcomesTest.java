package io.lethe.weave;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OutcomesTest {

    private final Outcomes outcomes = new Outcomes();

    @Test
    void loaders_areToldApart_laterOutcomesWin() {
        ClassLoader one = new TestLoader(Map.of());
        ClassLoader two = new TestLoader(Map.of());
        outcomes.record(one, "app/A", Outcome.UNKNOWN, "why");
        outcomes.record(one, "app/A", Outcome.HOOKED, "");
        outcomes.record(two, "app/A", Outcome.PARTIAL, "half");
        outcomes.record(null, "app/A", Outcome.UNKNOWN, "none");
        assertThat(outcomes.find(one, "app/A").outcome()).isEqualTo(Outcome.HOOKED);
        assertThat(outcomes.find(two, "app/A").why()).isEqualTo("half");
        assertThat(outcomes.find(null, "app/A").outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(outcomes.find(one, "app/B")).isNull();
        assertThat(outcomes.all()).hasSize(3);
    }

    /** An application that is undeployed must go. */
    @Test
    void loader_isCollected_andForgotten() {
        ClassLoader loader = new TestLoader(Map.of());
        WeakReference<ClassLoader> gone = new WeakReference<>(loader);
        outcomes.record(loader, "app/A", Outcome.HOOKED, "");
        assertThat(outcomes.all()).hasSize(1);
        loader = null;
        for (int i = 0; i < 100 && gone.get() != null; i++) {
            System.gc();
        }
        assertThat(gone.get()).isNull();
        assertThat(outcomes.all()).isEmpty();
    }
}
