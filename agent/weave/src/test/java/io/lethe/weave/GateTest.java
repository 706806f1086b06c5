package io.lethe.weave;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class GateTest {

    private static final Map<String, byte[]> CLASSES = Javac.compile(
            8,
            "// app/A.java\npackage app; public class A { void f() {} }",
            "// app/B.java\npackage app; public class B { void f() {} }",
            "// app/Wrapper.java\npackage app; public class Wrapper {"
                    + " Object f(Object o) { return (java.sql.Driver) o; } }",
            "// app/Source.java\npackage app; public abstract class Source"
                    + " implements Runnable, javax.sql.XADataSource { public void f() {} }");

    private final Sites sites = new Sites();
    private final List<String> guarded = new ArrayList<>();
    private int made;
    private final ClassLoader own = new TestLoader(Map.of());
    private final ClassLoader platform = ClassLoader.getPlatformClassLoader();
    private final ClassLoader app = new TestLoader(Map.of());

    private ClassPlan plan(String name) {
        return new ClassPlan(name).with(MethodHook.answer(sites, "f", arguments -> null));
    }

    private Gate gate(Supplier<Loom> maker) {
        return new Gate(Set.of("app/A"), own, platform, maker);
    }

    private Gate gate() {
        return gate(() -> {
            made++;
            return new Loom(new Weaver(StandIn.NAME), Plans.byName(List.of(plan("app/A")))::get, (name, interfaces) -> {
                guarded.add(name + " " + List.of(interfaces));
                return plan(name);
            });
        });
    }

    private static byte[] transform(Gate gate, ClassLoader loader, String name) {
        return gate.transform(loader, name, null, null, CLASSES.get(name));
    }

    @Test
    void plannedClass_isWoven_inAnyLoader_andWrittenDown() {
        Gate gate = gate();
        assertThat(transform(gate, app, "app/A")).isNotNull();
        assertThat(transform(gate, null, "app/A")).isNotNull();
        assertThat(made).isEqualTo(1);
        Outcomes outcomes = gate.loom().outcomes();
        assertThat(outcomes.find(app, "app/A").outcome()).isEqualTo(Outcome.HOOKED);
        assertThat(outcomes.find(null, "app/A").outcome()).isEqualTo(Outcome.HOOKED);
        assertThat(outcomes.find(platform, "app/A")).isNull();
        assertThat(outcomes.all()).hasSize(2);
    }

    @Test
    void otherClass_passes_withoutALoom() {
        Gate gate = gate();
        assertThat(transform(gate, app, "app/B")).isNull();
        assertThat(transform(gate, app, "app/Wrapper")).isNull();
        assertThat(gate.transform(app, null, null, null, CLASSES.get("app/A"))).isNull();
        assertThat(transform(gate, own, "app/A")).isNull();
        assertThat(made).isZero();
    }

    @Test
    void directImplementer_getsAGuard_outsideBootAndPlatform() {
        Gate gate = gate();
        byte[] source = CLASSES.get("app/Source");
        assertThat(transform(gate, null, "app/Source")).isNull();
        assertThat(transform(gate, platform, "app/Source")).isNull();
        assertThat(gate.transform(app, "app/Source/0x0000000800c03000", null, null, source))
                .isNull();
        assertThat(gate.transform(app, "app/Source/1234", null, null, source)).isNull();
        assertThat(made).isZero();
        assertThat(transform(gate, app, "app/Source")).isNotNull();
        assertThat(guarded).containsExactly("app/Source [java/lang/Runnable, javax/sql/XADataSource]");
        assertThat(gate.loom().outcomes().find(app, "app/Source").outcome()).isEqualTo(Outcome.HOOKED);
    }

    @Test
    void retransformation_weavesFromTheBytesGiven_eachTime() {
        Gate gate = gate();
        byte[] first = transform(gate, app, "app/A");
        assertThat(gate.transform(app, "app/A", Object.class, null, CLASSES.get("app/A")))
                .isEqualTo(first);
    }

    @Test
    void wovenBytes_pass_andTheOutcomeStays() {
        Gate gate = gate();
        byte[] first = transform(gate, app, "app/A");
        assertThat(gate.transform(app, "app/A", Object.class, null, first)).isNull();
        assertThat(gate.loom().outcomes().find(app, "app/A").outcome()).isEqualTo(Outcome.HOOKED);
        assertThat(gate.transform(null, "app/A", null, null, first)).isNull();
        assertThat(gate.loom().outcomes().find(null, "app/A").why()).contains("already");
    }

    @Test
    void brokenClassFile_isUnknown_andUntouched() {
        Gate gate = gate();
        assertThat(gate.transform(app, "app/A", null, null, new byte[] {1, 2, 3}))
                .isNull();
        assertThat(gate.transform(app, "app/A", null, null, null)).isNull();
        assertThat(gate.loom().outcomes().find(app, "app/A").outcome()).isEqualTo(Outcome.UNKNOWN);
    }

    @Test
    void loomThatCannotBeMade_isTrouble_notAnException() {
        Gate gate = gate(() -> {
            throw new NoClassDefFoundError("gone");
        });
        assertThat(transform(gate, app, "app/A")).isNull();
        assertThat(gate.trouble()).isEqualTo("app/A: weaving failed: java.lang.NoClassDefFoundError: gone");
    }

    @Test
    void guardThatThrows_isUnknown() {
        Gate gate = gate(() -> new Loom(new Weaver(StandIn.NAME), name -> null, (name, interfaces) -> {
            throw new StackOverflowError();
        }));
        assertThat(transform(gate, app, "app/Source")).isNull();
        Outcomes.Entry entry = gate.loom().outcomes().find(app, "app/Source");
        assertThat(entry.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(entry.why()).contains("StackOverflowError");
    }

    /** Weaving may load classes, which come through the gate again on the same thread. */
    @Test
    void classLoadedByWeaving_passes_andIsWrittenDown() {
        Gate[] gate = new Gate[1];
        List<byte[]> nested = new ArrayList<>();
        gate[0] = gate(() -> {
            nested.add(transform(gate[0], app, "app/A"));
            return new Loom(new Weaver(StandIn.NAME), Plans.byName(List.of(plan("app/A")))::get, (name, interfaces) -> {
                nested.add(transform(gate[0], app, "app/A"));
                return null;
            });
        });
        assertThat(transform(gate[0], app, "app/Source")).isNull();
        assertThat(nested).containsExactly(null, null);
        assertThat(gate[0].trouble()).startsWith("app/A: weaving failed").contains("by the weaving of another class");
        assertThat(gate[0].loom().outcomes().find(app, "app/A").outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(transform(gate[0], app, "app/A")).isNotNull();
        assertThat(gate[0].loom().outcomes().find(app, "app/A").outcome()).isEqualTo(Outcome.HOOKED);
    }

    @Test
    void manyThreads_makeOneLoom() throws Exception {
        Gate gate = gate();
        int threads = 8;
        CyclicBarrier together = new CyclicBarrier(threads);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<byte[]>> woven = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                Callable<byte[]> task = () -> {
                    together.await();
                    return transform(gate, new TestLoader(Map.of()), "app/A");
                };
                woven.add(pool.submit(task));
            }
            for (Future<byte[]> one : woven) {
                assertThat(one.get()).isNotNull();
            }
        } finally {
            pool.shutdownNow();
        }
        assertThat(made).isEqualTo(1);
    }
}
