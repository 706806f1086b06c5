package io.lethe.weave;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which methods are hooked, of all types and shapes. */
class MethodHookTest {

    private final Sites sites = new Sites();
    private final Recorder recorder = new Recorder();

    private Loomed weave(int release, String body, MethodHook... hooks) {
        return Loomed.of(release, body, sites, (Object[]) hooks);
    }

    private MethodHook scope() {
        return MethodHook.scope(sites, "f", recorder);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"boolean", "byte", "short", "char", "int", "long", "float", "double", "String", "int[]", "void"})
    void everyType_passesThrough_isRescued_andAnswered(String type) throws Throwable {
        Object value = sample(type);
        boolean isVoid = type.equals("void");
        String parameter = isVoid ? "" : ", " + type + " v";
        String body = type + " f(boolean fail" + parameter + ") { if (fail) throw new RuntimeException();"
                + (isVoid ? "" : " return v;") + " }";
        Object[] fine = isVoid ? new Object[] {false} : new Object[] {false, value};
        Object[] fails = fine.clone();
        fails[0] = true;

        Loomed scoped = weave(8, body, scope());
        assertThat(scoped.call("f", fine)).isEqualTo(value);
        recorder.rescues = true;
        recorder.rescued = value;
        assertThat(scoped.call("f", fails)).isEqualTo(value);

        Loomed answered = weave(8, body, MethodHook.answer(sites, "f", arguments -> isVoid ? "any" : value));
        assertThat(answered.call("f", fails)).isEqualTo(value);
        Loomed unanswered = weave(8, body, MethodHook.answer(sites, "f", arguments -> null));
        assertThat(unanswered.call("f", fine)).isEqualTo(value);
    }

    private static @Nullable Object sample(String type) {
        return switch (type) {
            case "boolean" -> true;
            case "byte" -> (byte) 5;
            case "short" -> (short) 5;
            case "char" -> 'c';
            case "int" -> 5;
            case "long" -> 5L;
            case "float" -> 5f;
            case "double" -> 5d;
            case "String" -> "s";
            case "int[]" -> new int[] {5};
            default -> null;
        };
    }

    /** Nulls the argument slots' types: a handler frame that still names them would not verify. */
    @Test
    void bodyThatReusesItsArguments_verifies() throws Throwable {
        String body = "Object f(Object o, int n) { for (int i = 0; i < n; i++) { Object p = o; o = i; }"
                + " o = null; { long l = n; if (l > 3) throw new IllegalStateException(); } return n; }";
        Loomed a = weave(8, body, scope());
        assertThat(a.call("f", "x", 2)).isEqualTo(2);
        assertThatThrownBy(() -> a.call("f", "x", 9)).isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 17})
    void methodThatStartsWithALoop_isAnsweredAndScoped(int release) throws Throwable {
        String body = "int n; int f() { do { n++; } while (n < 5); return n; }";
        Loomed a = weave(release, body, MethodHook.answer(sites, "f", arguments -> null), scope());
        assertThat(a.call("f")).isEqualTo(5);
    }

    @Test
    void constructor_isEntered_beforeSuper_withoutThis() throws Throwable {
        recorder.instead = "new";
        Loomed a = weave(
                8,
                "final String s; A(long l, String s) { super(); this.s = s; } public String toString() { return s; }",
                MethodHook.enter(sites, "<init>", recorder).replacing(1));
        assertThat(a.make(1L, "old")).hasToString("new");
        assertThat(recorder.seen).containsExactly("enter [1, old]");
    }

    @Test
    void constructor_cannotHaveAScope() {
        Woven woven = weave(8, "void f() {}", MethodHook.scope(sites, "<init>", recorder), scope()).woven;
        assertThat(woven.outcome()).isEqualTo(Outcome.PARTIAL);
        assertThat(woven.why()).contains("<init>: 0 of 1").contains("<init>()V: a constructor");
    }

    @Test
    void synchronizedMethod_isWoven_andReleasesItsMonitors() throws Throwable {
        String body = "synchronized int f(int i) { synchronized (\"lock\") { return 1 / i; } }"
                + " static boolean held() { return Thread.holdsLock(\"lock\"); }";
        Loomed a = weave(8, body, scope());
        assertThatThrownBy(() -> a.call("f", 0)).isInstanceOf(ArithmeticException.class);
        assertThat(a.call("f", 1)).isEqualTo(1);
        assertThat(a.call("held")).isEqualTo(false);
    }

    /** Some versions have the class, and do elsewhere what is hooked in the others. */
    @Test
    void planThatMayFindNothing_isHookedWithoutAnyOfIt_butNotWithAHalf() {
        Map<String, byte[]> app = Javac.compile(8, "// app/A.java\npackage app; public class A { void g() {} }");
        ClassPlan plan = new ClassPlan("app/A").with(scope().optional());
        assertThat(Loomed.of(app, plan, sites).woven.outcome()).isEqualTo(Outcome.UNKNOWN);
        Woven nothing = Loomed.of(app, plan.orNothing(), sites).woven;
        assertThat(nothing.outcome()).isEqualTo(Outcome.HOOKED);
        assertThat(nothing.why()).isEmpty();
        Woven half = Loomed.of(app, new ClassPlan("app/A").with(scope()).orNothing(), sites).woven;
        assertThat(half.outcome()).as("one that is not optional").isEqualTo(Outcome.PARTIAL);
    }

    @Test
    void nativeAndAbstractMethods_areMissing() {
        Woven woven = weave(8, "native void f();", scope()).woven;
        assertThat(woven.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(woven.why()).isEqualTo("f: 0 of 1; f()V: native");
        assertThat(woven.bytes()).isNull();
    }

    @Test
    void descriptors_select() {
        String body = "void f(String s) {} void f(String s, int i) {} void f(int i) {}";
        assertThat(weave(8, body, scope().atLeast(3)).woven.outcome()).isEqualTo(Outcome.HOOKED);
        assertThat(weave(8, body, scope().startingWith("Ljava/lang/String;").atLeast(2))
                        .woven
                        .why())
                .isEmpty();
        assertThat(weave(8, body, scope().startingWith("Ljava/lang/String;").atLeast(3))
                        .woven
                        .why())
                .isEqualTo("f(Ljava/lang/String;..): 2 of 3");
        assertThat(weave(8, body, scope().descriptor("(I)V").atLeast(2)).woven.outcome())
                .isEqualTo(Outcome.PARTIAL);
        assertThat(weave(8, body, scope().replacing(0).atLeast(2)).woven.why())
                .isEqualTo("f(I)V: without a reference as parameter 0");
    }

    /** A bridge calls the real method: with both hooked each call would open two scopes. */
    @Test
    void bridge_isLeftAlone() throws Throwable {
        Loomed a = weave(
                8,
                "static class B implements Comparable<B> { public int compareTo(B b) { return 0; } }" + " void f() {} ",
                scope());
        assertThat(a.woven.outcome()).isEqualTo(Outcome.HOOKED);
        var classes = Javac.compile(
                8,
                "// app/A.java\npackage app; public class A implements Comparable<A> {"
                        + " public int compareTo(A b) { return 0; } }");
        ClassPlan plan = new ClassPlan("app/A")
                .with(MethodHook.scope(sites, "compareTo", recorder).atLeast(2));
        assertThat(Fingerprint.of(classes.get("app/A"), plan).why()).isEqualTo("compareTo: 1 of 2");
    }

    @Test
    void unlinkedRuntime_changesNothing() throws Throwable {
        Loomed a = weave(8, "int f(int i) { return 1 / i; }", scope(), MethodHook.answer(sites, "f", arguments -> 9));
        StandIn.runtime = null;
        assertThat(a.call("f", 1)).isEqualTo(1);
        assertThatThrownBy(() -> a.call("f", 0)).isInstanceOf(ArithmeticException.class);
    }
}
