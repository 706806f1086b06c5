package io.lethe.weave;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The mistakes that call-site rewriters have made before. */
class CallSiteBugsTest {

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
    void call_isReplaced(int release) throws Throwable {
        Loomed a = weave(release, "String f(String s) { return new String(s.toCharArray()); }", toCharArray());
        assertThat(a.woven.outcome()).isEqualTo(Outcome.HOOKED);
        assertThat(a.call("f", "x")).isEqualTo("<x>");
    }

    @Test
    void new_withDup_isMadeByTheFactory() throws Throwable {
        Loomed a = weave(8, "String f(char[] c) { return \"a\" + new String(c).trim(); }", newString());
        assertThat(a.woven.outcome()).isEqualTo(Outcome.HOOKED);
        assertThat(a.call("f", "xyz".toCharArray())).isEqualTo("amade 3");
    }

    @Test
    void new_nestedInItsOwnArguments_isMadeByTheFactory() throws Throwable {
        String body = "String f(char[] c) { return new String(new String(new char[] {c[0], 'b'}).toCharArray()); }";
        Loomed a = weave(8, body, newString());
        assertThat(a.woven.outcome()).isEqualTo(Outcome.HOOKED);
        assertThat(a.call("f", "xyz".toCharArray())).isEqualTo("made 6");
    }

    /** With a branch between, frames name the uninitialized object: left alone, not broken. */
    @Test
    void new_withABranchInItsArguments_isLeftAlone() throws Throwable {
        Loomed a = weave(8, "String f(char[] c) { return new String(c.length > 1 ? c : new char[3]); }", newString());
        assertThat(a.woven.outcome()).isEqualTo(Outcome.PARTIAL);
        assertThat(a.call("f", "xyz".toCharArray())).isEqualTo("xyz");
    }

    @Test
    void superAndThisCalls_ofConstructors_areLeftAlone() throws Throwable {
        Map<String, byte[]> classes = Javac.compile(
                8,
                "// app/B.java\npackage app; public class B { final Object o; public B(Object o) { this.o = o; } }",
                "// app/A.java\npackage app; public class A extends B {"
                        + " A(String s) { super(s); } A(Integer i) { this(\"n\" + i); }"
                        + " static Object f(String s) { return new A(s).o; } }");
        CallHook hook = CallHook.constructor("(Ljava/lang/Object;)V", "app/B")
                .replacedBy(Targets.NAME, "b", "(Ljava/lang/Object;)Lapp/B;");
        CallHook own = CallHook.constructor("(Ljava/lang/String;)V", "app/A")
                .in("<init>")
                .replacedBy(Targets.NAME, "a", "(Ljava/lang/String;)Lapp/A;");
        Loomed a = Loomed.of(classes, new ClassPlan("app/A").with(hook).with(own), sites);
        assertThat(a.woven.outcome()).isEqualTo(Outcome.PARTIAL);
        assertThat(a.call("f", "x")).isEqualTo("x");
    }

    /** The last argument of {@code super(...)} lies above the uninitialized {@code this}: a filter may work there. */
    @Test
    void superCall_isFiltered() throws Throwable {
        Map<String, byte[]> classes = Javac.compile(
                8,
                "// app/B.java\npackage app; public class B { final Object o;"
                        + " public B(int i, String o) { this.o = o; } }",
                "// app/A.java\npackage app; public class A extends B { A(String s) { super(1, s); }"
                        + " static Object f(String s) { return new A(s).o; } }");
        CallHook hook =
                CallHook.constructor("(ILjava/lang/String;)V", "app/B").filtered(sites, value -> value + " filtered");
        Loomed a = Loomed.of(classes, new ClassPlan("app/A").with(hook), sites);
        assertThat(a.woven.outcome()).isEqualTo(Outcome.HOOKED);
        assertThat(a.call("f", "x")).isEqualTo("x filtered");
    }

    /** {@code super.foo()} made virtual calls itself for ever. */
    @Test
    void superMethod_isNeverReplaced() throws Throwable {
        Loomed a = Loomed.of(
                Javac.compile(
                        8,
                        "// app/A.java\npackage app; public class A extends java.util.Properties {"
                                + " public String getProperty(String k) { return \"own\" + super.getProperty(k); }"
                                + " String f(String k) { return getProperty(k); } }"),
                new ClassPlan("app/A").with(getProperty("java/util/Properties").in("getProperty")),
                sites);
        assertThat(a.woven.outcome()).isEqualTo(Outcome.PARTIAL);
        assertThat(a.call("f", "k")).isEqualTo("ownnull");
    }

    private static CallHook getProperty(String... owners) {
        return CallHook.instance("getProperty", "(Ljava/lang/String;)Ljava/lang/String;", owners)
                .replacedBy(
                        Targets.NAME, "getProperty", "(Ljava/util/Properties;Ljava/lang/String;)Ljava/lang/String;");
    }

    @Test
    void ownerAliases_areReplaced_othersNot() throws Throwable {
        Map<String, byte[]> classes = Javac.compile(
                8,
                "// app/P.java\npackage app; public class P extends java.util.Properties {}",
                "// app/Q.java\npackage app; public class Q extends java.util.Properties {}",
                "// app/A.java\npackage app; public class A { static String f() { java.util.Properties p = new P();"
                        + " return p.getProperty(\"a\") + new P().getProperty(\"b\")"
                        + " + new Q().getProperty(\"c\"); } }");
        ClassPlan plan = new ClassPlan("app/A")
                .with(getProperty("java/util/Properties", "app/P").atLeast(2));
        Loomed a = Loomed.of(classes, plan, sites);
        assertThat(a.woven.outcome()).isEqualTo(Outcome.HOOKED);
        assertThat(a.call("f")).isEqualTo("from P afrom P bnull");
    }

    @Test
    void interfaceCall_isReplaced() throws Throwable {
        CallHook hook = CallHook.instance("toString", "()Ljava/lang/String;", "java/lang/CharSequence")
                .replacedBy(Targets.NAME, "toString", "(Ljava/lang/CharSequence;)Ljava/lang/String;");
        Loomed a = weave(8, "String f(CharSequence c) { return c.toString(); }", hook);
        assertThat(a.call("f", "four")).isEqualTo("seen 4");
    }

    @Test
    void cloneOfAnArray_isReplaced() throws Throwable {
        CallHook hook = CallHook.instance("clone", "()Ljava/lang/Object;", "[C")
                .replacedBy(Targets.NAME, "cloneOf", "([C)Ljava/lang/Object;");
        Loomed a = weave(8, "String f(char[] c, byte[] b) { b.clone(); return String.valueOf(c.clone()); }", hook);
        assertThat(a.woven.outcome()).isEqualTo(Outcome.HOOKED);
        assertThat(a.call("f", "x".toCharArray(), new byte[1])).isEqualTo("cloned");
    }

    @Test
    void staticCall_isReplaced() throws Throwable {
        CallHook hook = CallHook.statics("valueOf", "([C)Ljava/lang/String;", "java/lang/String")
                .replacedBy(Targets.NAME, "valueOf", "([C)Ljava/lang/String;");
        Loomed a = weave(8, "String f(char[] c) { return String.valueOf(c); }", hook);
        assertThat(a.call("f", (Object) "x".toCharArray())).isEqualTo("valueOf");
    }

    @Test
    void filter_seesAndChangesTheLastArgument() throws Throwable {
        CallHook hook = CallHook.instance("regionMatches", "(ILjava/lang/String;II)Z", "java/lang/String")
                .optional()
                .replacedBy(Targets.NAME, "none", "(Ljava/lang/String;ILjava/lang/String;II)Z");
        CallHook concat = CallHook.instance("concat", "(Ljava/lang/String;)Ljava/lang/String;", "java/lang/String")
                .filtered(sites, value -> "(" + value + ")");
        Loomed a = weave(8, "String f(long l, String s) { return (l + \"a\").concat(s); }", hook, concat);
        assertThat(a.woven.outcome()).isEqualTo(Outcome.HOOKED);
        assertThat(a.call("f", 5L, "b")).isEqualTo("5a(b)");
    }

    @Test
    void hookOfOneMethod_reachesItsLambdas_andNoOther() throws Throwable {
        String body = "String f(String s) { java.util.function.Function<String, char[]> l = x -> x.toCharArray();"
                + " return new String(l.apply(s)) + g(s); } String g(String s) { return new String(s.toCharArray()); }";
        assertThat(weave(8, body, toCharArray().in("f")).call("f", "x")).isEqualTo("<x>x");
    }
}
