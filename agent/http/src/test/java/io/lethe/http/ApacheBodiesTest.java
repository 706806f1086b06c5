package io.lethe.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.weave.Recognition;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ApacheBodiesTest {

    private static final String BASE = Base.class.getName();

    @Test
    void whatWritesABody_isAskedForByTheClassThatIsHooked() {
        List<String> asked = new ArrayList<>();
        NothingWoven all = new NothingWoven() {
            @Override
            public @Nullable String obstacle(String name, @Nullable ClassLoader loader) {
                asked.add(name);
                return null;
            }
        };
        assertThat(ApacheBodies.unhooked(all, Own.class, "other/Class", BASE.replace('.', '/')))
                .isNull();
        assertThat(asked).containsExactly(BASE);
    }

    @Test
    void whatIsNotHooked_andWhatIsNotKnown_isAnObstacle() {
        Recognition none = new NothingWoven();
        assertThat(ApacheBodies.unhooked(none, Own.class, BASE.replace('.', '/')))
                .contains(BASE + ": UNKNOWN");
        assertThat(ApacheBodies.unhooked(none, Object.class, BASE.replace('.', '/')))
                .contains("java.lang.Object: absent");
        assertThat(new ApacheBlockingBodies(none).obstacle(new Own())).contains("absent");
        assertThat(new Apache5AsyncBodies(none, new Members(none)).obstacle(new Own()))
                .isNotNull();
        assertThat(new Apache4AsyncBodies(none, new Members(none)).obstacle(new Own()))
                .contains("from elsewhere");
    }

    @Test
    void anExecutorWhoseBodiesAreNotWritten_isAnObstacleForItsRequest() throws Throwable {
        Recognition none = new NothingWoven();
        Apache4AsyncBodies bodies = new Apache4AsyncBodies(none, new Members(none));
        bodies.generating().enter(new Object[] {new Own()});
        bodies.begin("connection", "request");
        assertThat(bodies.obstacle("connection")).contains("absent");
        // The next one comes from elsewhere.
        bodies.begin("connection", "request");
        assertThat(bodies.obstacle("connection")).contains("from elsewhere");
    }

    private static class Base {}

    private static final class Own extends Base {}
}
