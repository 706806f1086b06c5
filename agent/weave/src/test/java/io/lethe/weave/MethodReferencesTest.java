package io.lethe.weave;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.Callable;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls that stand in no method: they are reached through the arguments of an invokedynamic. */
class MethodReferencesTest {

    private final Sites sites = new Sites();

    private static CallHook toCharArray() {
        return CallHook.instance("toCharArray", "()[C", "java/lang/String")
                .replacedBy(Targets.NAME, "toCharArray", "(Ljava/lang/String;)[C");
    }

    private static CallHook newString() {
        return CallHook.constructor("([C)V", "java/lang/String")
                .replacedBy(Targets.NAME, "newString", "([C)Ljava/lang/String;");
    }

    private Loomed weave(int release, String body, CallHook... hooks) {
        return Loomed.of(release, body, sites, (Object[]) hooks);
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 11, 17})
    @SuppressWarnings("unchecked")
    void methodReferences_areReplaced(int release) throws Throwable {
        String body = "java.util.function.Function<String, char[]> unbound() { return String::toCharArray; }"
                + "java.util.concurrent.Callable<char[]> bound(String s) { return s::toCharArray; }"
                + "java.util.function.Function<char[], String> made() { return String::new; }"
                + "java.util.function.Function<String, char[]> lambda() { return s -> s.toCharArray(); }";
        Loomed a = weave(release, body, toCharArray().atLeast(3), newString());
        assertThat(a.woven.why()).isEmpty();
        assertThat(a.woven.outcome()).isEqualTo(Outcome.HOOKED);
        assertThat(((Function<String, char[]>) a.call("unbound")).apply("x")).isEqualTo("<x>".toCharArray());
        assertThat(((Callable<char[]>) a.call("bound", "x")).call()).isEqualTo("<x>".toCharArray());
        assertThat(((Function<char[], String>) a.call("made")).apply(new char[2]))
                .isEqualTo("made 2");
        assertThat(((Function<String, char[]>) a.call("lambda")).apply("x")).isEqualTo("<x>".toCharArray());
    }

    /** A captured receiver must have exactly the type of the static method's parameter, or linking fails. */
    @Test
    @SuppressWarnings("unchecked")
    void boundReference_toAWiderReplacement_isLeftAlone_unboundIsReplaced() throws Throwable {
        CallHook hook = CallHook.instance("toCharArray", "()[C", "java/lang/String")
                .replacedBy(Targets.NAME, "toCharArrayOfAny", "(Ljava/lang/Object;)[C");
        String body = "java.util.function.Function<String, char[]> unbound() { return String::toCharArray; }"
                + "java.util.concurrent.Callable<char[]> bound(String s) { return s::toCharArray; }";
        Loomed a = weave(8, body, hook);
        assertThat(a.woven.outcome()).isEqualTo(Outcome.PARTIAL);
        assertThat(((Function<String, char[]>) a.call("unbound")).apply("x")).isEqualTo("<<x>>".toCharArray());
        assertThat(((Callable<char[]>) a.call("bound", "x")).call()).isEqualTo("x".toCharArray());
    }

    /** Its deserializer compares the implementation's kind and name: replaced, it would refuse itself. */
    @Test
    void serializableReference_isLeftAlone() throws Throwable {
        String body = "interface F extends java.util.function.Function<String, char[]>, java.io.Serializable {}"
                + "F f() { return String::toCharArray; }";
        Loomed a = weave(8, body, toCharArray());
        assertThat(a.woven.outcome()).isEqualTo(Outcome.PARTIAL);
        assertThat(a.woven.bytes()).isNull();
    }

    @Test
    void methodReference_cannotBeFiltered() throws Throwable {
        CallHook hook = CallHook.instance("concat", "(Ljava/lang/String;)Ljava/lang/String;", "java/lang/String")
                .filtered(sites, value -> value);
        String body = "java.util.function.Function<String, String> f(String s) { return s::concat; }";
        assertThat(weave(8, body, hook).woven.outcome()).isEqualTo(Outcome.PARTIAL);
    }
}
