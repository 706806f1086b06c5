package io.lethe.weave;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** Everything that can be woven into every class of real jars at once: the JVM must find nothing wrong with it. */
class WholeJarsTest {

    private static final Scope NOTHING = new Scope() {
        @Override
        public Object[] enter(Object[] arguments) {
            return arguments;
        }

        @Override
        public void returned() {}

        @Override
        public Object[] failed(Throwable thrown) {
            return null;
        }
    };

    private final Sites sites = new Sites();
    private int scopes;
    private int calls;

    static Path[] jars() {
        return new Path[] {Jars.POSTGRESQL, Jars.BOUNCY_CASTLE, Jars.ASM};
    }

    @ParameterizedTest
    @MethodSource("jars")
    void everyClass_loadsAsBefore(Path jar) throws Exception {
        StandIn.runtime = sites;
        Map<String, byte[]> before = new LinkedHashMap<>();
        Jars.each(jar, before::put);
        Map<String, byte[]> after = new LinkedHashMap<>();
        before.forEach((name, bytes) -> after.put(name, weave(name, bytes)));
        Map<String, String> expected = load(before);
        assertThat(load(after)).isEqualTo(expected);
        assertThat(expected.values()).filteredOn("loaded"::equals).hasSizeGreaterThan(before.size() * 8 / 10);
        assertThat(scopes).isGreaterThan(before.size());
        assertThat(calls).isPositive();
    }

    @Test
    void wovenLibrary_computesTheSame() throws Exception {
        StandIn.runtime = sites;
        Map<String, byte[]> woven = new LinkedHashMap<>();
        Jars.each(Jars.BOUNCY_CASTLE, (name, bytes) -> {
            if (name.startsWith("org/bouncycastle/crypto/") || name.startsWith("org/bouncycastle/util/")) {
                woven.put(name, weave(name, bytes));
            }
        });
        Class<?> type = new TestLoader(woven).loadClass("org.bouncycastle.crypto.digests.SHA256Digest");
        Object digest = type.getConstructor().newInstance();
        byte[] out = new byte[32];
        type.getMethod("update", byte[].class, int.class, int.class).invoke(digest, new byte[] {'a', 'b', 'c'}, 0, 3);
        type.getMethod("doFinal", byte[].class, int.class).invoke(digest, out, 0);
        assertThat(out).startsWith(0xba, 0x78, 0x16, 0xbf);
    }

    /** Verification happens before initialization; what initialization throws is the class's own affair, as before. */
    private static Map<String, String> load(Map<String, byte[]> classes) {
        TestLoader loader = new TestLoader(classes);
        Map<String, String> results = new LinkedHashMap<>();
        for (String name : classes.keySet()) {
            String result;
            try {
                Class.forName(name.replace('/', '.'), true, loader);
                result = "loaded";
            } catch (VerifyError | ClassFormatError e) {
                result = e.toString();
                assertThat(result).as(name).isNull();
            } catch (Throwable t) {
                result = t.getClass().getName();
            }
            results.put(name, result);
        }
        return results;
    }

    private byte[] weave(String name, byte[] bytes) {
        ClassPlan plan = new ClassPlan(name);
        for (String method : methods(bytes)) {
            if (method.equals("<init>")) {
                plan.with(MethodHook.enter(sites, method, NOTHING).optional());
            } else {
                plan.with(MethodHook.scope(sites, method, NOTHING).optional());
                plan.with(MethodHook.answer(sites, method, arguments -> null).optional());
                scopes++;
            }
        }
        String string = "java/lang/String";
        String builder = "java/lang/StringBuilder";
        plan.with(CallHook.instance("getBytes", "()[B", string)
                        .replacedBy(Targets.NAME, "bytes", "(Ljava/lang/String;)[B")
                        .optional())
                .with(CallHook.instance("toCharArray", "()[C", string)
                        .replacedBy(Targets.NAME, "chars", "(Ljava/lang/String;)[C")
                        .optional())
                .with(CallHook.constructor("()V", builder)
                        .replacedBy(Targets.NAME, "builder", "()Ljava/lang/StringBuilder;")
                        .optional())
                .with(CallHook.constructor("(Ljava/lang/String;)V", "java/lang/IllegalArgumentException")
                        .replacedBy(Targets.NAME, "illegal", "(Ljava/lang/String;)Ljava/lang/IllegalArgumentException;")
                        .optional())
                .with(CallHook.instance("getBytes", "(Ljava/nio/charset/Charset;)[B", string)
                        .filtered(sites, value -> value)
                        .optional())
                .with(CallHook.instance("append", "(Ljava/lang/String;)Ljava/lang/StringBuilder;", builder)
                        .filtered(sites, value -> value)
                        .optional());
        Woven woven = new Weaver(StandIn.NAME).weave(bytes, plan);
        assertThat(woven.why()).as(name).doesNotContain("failed").doesNotContain("unreadable");
        if (woven.bytes() != null) {
            calls += count(woven.bytes(), Targets.NAME);
        }
        return woven.bytes() == null ? bytes : woven.bytes();
    }

    private static Set<String> methods(byte[] bytes) {
        Set<String> names = new LinkedHashSet<>();
        new ClassReader(bytes)
                .accept(
                        new ClassVisitor(Emit.API) {
                            @Override
                            public MethodVisitor visitMethod(int access, String n, String d, String s, String[] e) {
                                names.add(n);
                                return null;
                            }
                        },
                        ClassReader.SKIP_CODE);
        return names;
    }

    private static int count(byte[] bytes, String owner) {
        int[] count = {0};
        new ClassReader(bytes)
                .accept(
                        new ClassVisitor(Emit.API) {
                            @Override
                            public MethodVisitor visitMethod(int access, String n, String d, String s, String[] e) {
                                return new MethodVisitor(Emit.API) {
                                    @Override
                                    public void visitMethodInsn(int op, String o, String n, String d, boolean itf) {
                                        count[0] += op == Opcodes.INVOKESTATIC && o.equals(owner) ? 1 : 0;
                                    }
                                };
                            }
                        },
                        0);
        return count[0];
    }
}
