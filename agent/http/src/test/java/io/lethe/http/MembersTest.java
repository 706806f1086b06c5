package io.lethe.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.weave.Recognition;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class MembersTest {

    private final List<String> opened = new ArrayList<>();
    private final Members members = new Members(new Recognition() {
        @Override
        public @Nullable String obstacle(String name, @Nullable ClassLoader loader) {
            return ABSENT;
        }

        @Override
        public void alsoWeave(Set<String> internalNames) {}

        @Override
        public void open(Class<?> member, String... packages) {
            opened.add(packages[0]);
        }
    });

    @Test
    void privateAndInheritedMembers_areFound() throws Exception {
        for (int i = 0; i < 2; i++) {
            assertThat(members.field(new Child(), "kept")).isEqualTo("field");
            assertThat(members.get(new Child(), "kept")).isEqualTo("method");
            assertThat(members.text(new Child(), "number")).isEqualTo("7");
            assertThat(members.method(Child.class, "twice", String.class).invoke(new Child(), "a"))
                    .isEqualTo("aa");
            assertThat(members.constructor(Child.class).newInstance()).isInstanceOf(Child.class);
        }
        assertThat(opened).isEmpty();
    }

    @Test
    void defaultMethodOfAnInterface_isFound() throws Exception {
        assertThat(members.text(new Child(), "offered")).isEqualTo("by default");
    }

    @Test
    void missingMembers_areSaid() {
        assertThatThrownBy(() -> members.call(new Child(), "gone")).isInstanceOf(NoSuchMethodException.class);
        assertThatThrownBy(() -> members.field(new Child(), "gone")).isInstanceOf(NoSuchFieldException.class);
        assertThatThrownBy(() -> members.get(new Child(), "nothing"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("nothing");
    }

    interface Offers {
        default String offered() {
            return "by default";
        }
    }

    @SuppressWarnings("unused")
    static class Parent implements Offers {

        private final String kept = "field";

        private String kept() {
            return "method";
        }

        protected int number() {
            return 7;
        }

        @Nullable
        Object nothing() {
            return null;
        }
    }

    @SuppressWarnings("unused")
    static final class Child extends Parent {

        private static String twice(String text) {
            return text + text;
        }
    }
}
