package testagent;

import io.lethe.weave.Answer;
import io.lethe.weave.CallHook;
import io.lethe.weave.ClassPlan;
import io.lethe.weave.Filter;
import io.lethe.weave.Gate;
import io.lethe.weave.Guards;
import io.lethe.weave.HookClass;
import io.lethe.weave.Loom;
import io.lethe.weave.MethodHook;
import io.lethe.weave.Scope;
import io.lethe.weave.Sites;
import io.lethe.weave.Weaver;
import java.io.File;
import java.lang.instrument.Instrumentation;
import java.util.Collections;
import java.util.function.Supplier;

/** In the agent's loader: a gate, and behind it all that comes with the first class that matches. */
public final class Start {

    public static void start(
            final Instrumentation instrumentation, ClassLoader platform, final File jar, final byte[] hooks) {
        Supplier<Loom> maker = new Supplier<Loom>() {
            @Override
            public Loom get() {
                return Plans.make(instrumentation, jar, hooks);
            }
        };
        instrumentation.addTransformer(
                new Gate(Collections.singleton("app/Sink"), Start.class.getClassLoader(), platform, maker), true);
    }

    static final class Plans {

        static Loom make(Instrumentation instrumentation, File jar, byte[] hooks) {
            try {
                Sites sites = new Sites();
                HookClass.link(HookClass.define(instrumentation, hooks, jar), sites);
                return new Loom(new Weaver(), io.lethe.weave.Plans.byName(Collections.singletonList(sink(sites, instrumentation)))::get, guards(sites));
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        private static ClassPlan sink(Sites sites, final Instrumentation instrumentation) {
            Scope scope = new Scope() {
                private boolean again;

                @Override
                public Object[] enter(Object[] arguments) throws Exception {
                    if (!again) {
                        again = true;
                        instrumentation.retransformClasses(arguments[0].getClass());
                    }
                    arguments[1] = arguments[1] + "-entered";
                    return arguments;
                }

                @Override
                public void returned() {
                    System.out.println("returned");
                }

                @Override
                public Object[] failed(Throwable thrown) {
                    return new Object[] {"rescued from " + thrown.getMessage()};
                }
            };
            Answer answer = new Answer() {
                @Override
                public Object answer(Object[] arguments) {
                    return arguments[1].equals("ask") ? Long.valueOf(42) : null;
                }
            };
            Filter filter = new Filter() {
                @Override
                public Object filter(Object value) {
                    return "(" + value + ")";
                }
            };
            String concat = "(Ljava/lang/String;)Ljava/lang/String;";
            return new ClassPlan("app/Sink")
                    .with(MethodHook.scope(sites, "send", scope).replacing(0))
                    .with(MethodHook.answer(sites, "length", answer))
                    .with(CallHook.instance("concat", concat, "java/lang/String").filtered(sites, filter))
                    .with(CallHook.instance("trim", "()Ljava/lang/String;", "java/lang/String")
                            .replacedBy("java/lang/String", "valueOf", "(Ljava/lang/Object;)Ljava/lang/String;"));
        }

        private static Guards guards(final Sites sites) {
            return new Guards() {
                @Override
                public ClassPlan guard(String className, String[] interfaces) {
                    Answer refusal = new Answer() {
                        @Override
                        public Object answer(Object[] arguments) throws Throwable {
                            throw new java.sql.SQLException("refused: " + arguments[1]);
                        }
                    };
                    return new ClassPlan(className).with(MethodHook.answer(sites, "connect", refusal));
                }
            };
        }
    }
}
