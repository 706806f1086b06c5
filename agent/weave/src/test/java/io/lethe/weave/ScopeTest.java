package io.lethe.weave;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What scopes see and change, run as an application would run them. */
class ScopeTest {

    private final Sites sites = new Sites();
    private final Recorder recorder = new Recorder();

    private Loomed weave(int release, String body, MethodHook... hooks) {
        return Loomed.of(release, body, sites, (Object[]) hooks);
    }

    private MethodHook scope() {
        return MethodHook.scope(sites, "f", recorder);
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 11, 17})
    void scope_seesArgumentsAndReturn(int release) throws Throwable {
        Loomed a = weave(release, "String f(long l, double d, String s, char[] c) { return l + s + d; }", scope());
        assertThat(a.woven.outcome()).isEqualTo(Outcome.HOOKED);
        assertThat(a.call("f", 1L, 2.0, "x", new char[] {'c'})).isEqualTo("1x2.0");
        assertThat(recorder.seen).containsExactly("enter [1, 2.0, x, [c]]", "returned");
    }

    @Test
    void scope_replacesOnlyWhatItDeclares() throws Throwable {
        recorder.instead = "new";
        String body = "String f(long l, String s) { return l + s; }";
        assertThat(weave(8, body, scope()).call("f", 1L, "old")).isEqualTo("1old");
        assertThat(weave(8, body, scope().replacing(1)).call("f", 1L, "old")).isEqualTo("1new");
        assertThat(weave(8, "static " + body, scope().replacing(1)).call("f", 1L, "old"))
                .isEqualTo("1new");
    }

    @Test
    void scope_replacesAnArray() throws Throwable {
        recorder.instead = new char[] {'n'};
        assertThat(weave(8, "String f(char[] c) { return new String(c); }", scope().replacing(0))
                        .call("f", (Object) new char[] {'o'}))
                .isEqualTo("n");
    }

    @Test
    void this_isFirst_orNull() throws Throwable {
        List<Object> first = new ArrayList<>();
        Scope scope = new Recorder() {
            @Override
            public Object[] enter(Object[] arguments) {
                first.add(arguments[0]);
                return arguments;
            }
        };
        weave(8, "void f() {}", MethodHook.scope(sites, "f", scope)).call("f");
        weave(8, "static void f() {}", MethodHook.scope(sites, "f", scope)).call("f");
        assertThat(first.get(0).getClass().getName()).isEqualTo("app.A");
        assertThat(first.get(1)).isNull();
    }

    @Test
    void refusalOnEntry_comesOut_withoutFailed() {
        recorder.refuses = new IOException("refused");
        String body = "String f(String s) { try { return s; } catch (Exception e) { return \"swallowed\"; } }";
        Loomed a = weave(8, body, scope());
        assertThatThrownBy(() -> a.call("f", "x"))
                .isInstanceOf(IOException.class)
                .hasMessage("refused");
        assertThat(recorder.seen).containsExactly("enter [x]");
    }

    @Test
    void exception_isSeenOnce_andThrownOn() {
        Loomed a = weave(8, "int f(int i) { return 1 / i; }", scope());
        assertThatThrownBy(() -> a.call("f", 0)).isInstanceOf(ArithmeticException.class);
        assertThat(recorder.seen).containsExactly("enter [0]", "failed java.lang.ArithmeticException: / by zero");
    }

    @Test
    void exceptionThatTheMethodCatches_isItsOwn() throws Throwable {
        Loomed a =
                weave(8, "int f(int i) { try { return 1 / i; } catch (ArithmeticException e) { return 7; } }", scope());
        assertThat(a.call("f", 0)).isEqualTo(7);
        assertThat(recorder.seen).containsExactly("enter [0]", "returned");
    }

    /** When the closing call itself throws, the scope must not be told of a failure too. */
    @Test
    void throwingReturned_isNotFollowedByFailed() {
        Recorder scope = new Recorder() {
            @Override
            public void returned() {
                super.returned();
                throw new IllegalStateException("late");
            }
        };
        Loomed a = weave(8, "int f(int i) { if (i > 0) return i; return -i; }", MethodHook.scope(sites, "f", scope));
        assertThatThrownBy(() -> a.call("f", 3)).hasMessage("late");
        assertThatThrownBy(() -> a.call("f", -3)).hasMessage("late");
        assertThat(scope.seen).containsExactly("enter [3]", "returned", "enter [-3]", "returned");
    }

    @Test
    void hooksNest_firstOutermost() throws Throwable {
        Scope inner = new Recorder() {
            @Override
            public Object[] enter(Object[] arguments) {
                recorder.seen.add("inner");
                return arguments;
            }

            @Override
            public void returned() {
                recorder.seen.add("inner out");
            }
        };
        Loomed a = weave(
                8,
                "String f(String s) { return s; }",
                scope(),
                MethodHook.scope(sites, "f", inner),
                MethodHook.answer(sites, "f", arguments -> "answered"));
        assertThat(a.call("f", "x")).isEqualTo("answered");
        assertThat(recorder.seen).containsExactly("enter [x]", "inner", "inner out", "returned");
    }

    @Test
    void innerFailure_isSeenByOuter() {
        Loomed a = weave(8, "int f(int i) { return 1 / i; }", scope(), MethodHook.scope(sites, "f", recorder));
        assertThatThrownBy(() -> a.call("f", 0)).isInstanceOf(ArithmeticException.class);
        assertThat(recorder.seen.subList(2, 4)).allMatch(s -> s.startsWith("failed"));
    }
}
