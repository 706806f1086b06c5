package io.lethe.weave;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.objectweb.asm.Attribute;
import org.objectweb.asm.ByteVector;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** Class files of all ages, strange shapes and sizes. */
class VersionsTest {

    private final Sites sites = new Sites();

    private final Scope scope = new Scope() {
        @Override
        public Object[] enter(Object[] arguments) {
            arguments[1] = arguments[1] + "!";
            return arguments;
        }

        @Override
        public void returned() {}

        @Override
        public Object[] failed(Throwable thrown) {
            return new Object[] {"rescued from " + thrown.getClass().getSimpleName()};
        }
    };

    private final ClassPlan plan = new ClassPlan("app/A")
            .with(MethodHook.scope(sites, "f", scope).replacing(0))
            .with(MethodHook.answer(sites, "f", arguments -> "ask".equals(arguments[1]) ? "answered" : null))
            .with(CallHook.instance("concat", "(Ljava/lang/String;)Ljava/lang/String;", "java/lang/String")
                    .filtered(sites, value -> "(" + value + ")"));

    /** {@code static String f(String s, int n) { if (n == 0) throw null; return s.concat(s); }} */
    private static byte[] classFile(int version, int flags, Consumer<MethodVisitor> before) {
        ClassWriter w = new ClassWriter(flags);
        w.visit(version, Opcodes.ACC_PUBLIC | Opcodes.ACC_SUPER, "app/A", null, "java/lang/Object", null);
        MethodVisitor m = w.visitMethod(Opcodes.ACC_STATIC, "f", "(Ljava/lang/String;I)Ljava/lang/String;", null, null);
        m.visitCode();
        Label fine = new Label();
        before.accept(m);
        m.visitVarInsn(Opcodes.ILOAD, 1);
        m.visitJumpInsn(Opcodes.IFNE, fine);
        m.visitInsn(Opcodes.ACONST_NULL);
        m.visitInsn(Opcodes.ATHROW);
        m.visitLabel(fine);
        m.visitVarInsn(Opcodes.ALOAD, 0);
        m.visitVarInsn(Opcodes.ALOAD, 0);
        String concat = "(Ljava/lang/String;)Ljava/lang/String;";
        m.visitMethodInsn(Opcodes.INVOKEVIRTUAL, "java/lang/String", "concat", concat, false);
        m.visitInsn(Opcodes.ARETURN);
        m.visitMaxs(2, 2);
        m.visitEnd();
        w.visitEnd();
        return w.toByteArray();
    }

    private static int version(byte[] classFile) {
        return (classFile[6] & 0xFF) << 8 | classFile[7] & 0xFF;
    }

    /** Runs as the newest version that this JVM can run: nothing in the class depends on more. */
    private Loomed run(byte[] woven) {
        byte[] runnable = woven.clone();
        runnable[7] = (byte) Math.min(runnable[7], 61);
        return Loomed.of(Map.of("app/A", runnable), new ClassPlan("app/A"), sites);
    }

    @ParameterizedTest
    @ValueSource(ints = {45, 46, 47, 48, 49, 50, 51, 52, 55, 61, 65, 69, 70, 71})
    void everyVersion_isWoven_andStaysWhatItIs(int version) throws Throwable {
        int flags = version < 50 ? ClassWriter.COMPUTE_MAXS : ClassWriter.COMPUTE_FRAMES;
        Woven woven = new Weaver(StandIn.NAME).weave(classFile(version == 45 ? Opcodes.V1_1 : version, flags, m -> {}), plan);
        assertThat(woven.why()).isEmpty();
        assertThat(woven.outcome()).isEqualTo(Outcome.HOOKED);
        assertThat(version(woven.bytes())).isEqualTo(version);

        Loomed a = run(woven.bytes());
        assertThat(a.call("f", "x", 1)).isEqualTo("x!(x!)");
        assertThat(a.call("f", "x", 0)).isEqualTo("rescued from NullPointerException");
    }

    @Test
    void versionThatAsmRefuses_isUnknown() {
        byte[] tooNew = classFile(Opcodes.V17, ClassWriter.COMPUTE_FRAMES, m -> {});
        tooNew[7] = 120;
        Woven woven = new Weaver(StandIn.NAME).weave(tooNew, plan);
        assertThat(woven.bytes()).isNull();
        assertThat(woven.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(woven.why()).contains("120");
    }

    @Test
    void truncatedFile_isUnknown() {
        byte[] whole = classFile(Opcodes.V1_8, ClassWriter.COMPUTE_FRAMES, m -> {});
        for (int length = 0; length < whole.length; length += 7) {
            Woven woven = new Weaver(StandIn.NAME).weave(java.util.Arrays.copyOf(whole, length), plan);
            assertThat(woven.bytes()).isNull();
            assertThat(woven.outcome()).isEqualTo(Outcome.UNKNOWN);
        }
    }

    @Test
    void otherClass_isUnknown() {
        byte[] bytes = classFile(Opcodes.V1_8, ClassWriter.COMPUTE_FRAMES, m -> {});
        assertThat(new Weaver(StandIn.NAME).weave(bytes, new ClassPlan("app/B")).why()).isEqualTo("it is app/A");
    }

    @Test
    void subroutines_areUntouched() {
        byte[] bytes = classFile(Opcodes.V1_4, ClassWriter.COMPUTE_MAXS, m -> {
            Label routine = new Label();
            Label after = new Label();
            m.visitJumpInsn(Opcodes.JSR, routine);
            m.visitJumpInsn(Opcodes.GOTO, after);
            m.visitLabel(routine);
            m.visitVarInsn(Opcodes.ASTORE, 2);
            m.visitVarInsn(Opcodes.RET, 2);
            m.visitLabel(after);
        });
        Woven woven = new Weaver(StandIn.NAME).weave(bytes, plan);
        assertThat(woven.bytes()).isNull();
        assertThat(woven.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(woven.why()).contains("subroutines");
    }

    @Test
    void wovenBytes_areNotWovenAgain() {
        Weaver weaver = new Weaver(StandIn.NAME);
        Woven once = weaver.weave(classFile(Opcodes.V1_8, ClassWriter.COMPUTE_FRAMES, m -> {}), plan);
        Woven twice = weaver.weave(once.bytes(), plan);
        assertThat(twice.bytes()).isNull();
        assertThat(twice.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(twice.why()).contains("already");
    }

    @Test
    void jumpOverMoreThan32K_isWoven() throws Throwable {
        byte[] bytes = classFile(Opcodes.V1_8, ClassWriter.COMPUTE_FRAMES, m -> {
            Label far = new Label();
            m.visitVarInsn(Opcodes.ILOAD, 1);
            m.visitJumpInsn(Opcodes.IFNE, far);
            // 32,763 bytes: the jump just fits, until filters lengthen the way.
            String concat = "(Ljava/lang/String;)Ljava/lang/String;";
            for (int i = 0; i < 10; i++) {
                m.visitVarInsn(Opcodes.ALOAD, 0);
                m.visitVarInsn(Opcodes.ALOAD, 0);
                m.visitMethodInsn(Opcodes.INVOKEVIRTUAL, "java/lang/String", "concat", concat, false);
                m.visitInsn(Opcodes.POP);
            }
            for (int i = 0; i < 32_760 - 60; i++) {
                m.visitInsn(Opcodes.NOP);
            }
            m.visitLabel(far);
        });
        Woven woven = new Weaver(StandIn.NAME).weave(bytes, plan);
        assertThat(woven.outcome()).isEqualTo(Outcome.HOOKED);
        Loomed a = run(woven.bytes());
        assertThat(a.call("f", "x", 1)).isEqualTo("x!(x!)");
        assertThat(a.call("f", "x", 0)).isEqualTo("rescued from NullPointerException");
    }

    @Test
    void methodThatGetsTooLarge_isUnknown_andUntouched() {
        byte[] bytes = classFile(Opcodes.V1_4, ClassWriter.COMPUTE_MAXS, m -> {
            for (int i = 0; i < 65_500; i++) {
                m.visitInsn(Opcodes.NOP);
            }
        });
        Woven woven = new Weaver(StandIn.NAME).weave(bytes, plan);
        assertThat(woven.bytes()).isNull();
        assertThat(woven.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(woven.why()).contains("too large");
    }

    @Test
    void unknownAttribute_survives() {
        byte[] plain = classFile(Opcodes.V17, ClassWriter.COMPUTE_FRAMES, m -> {});
        ClassReader reader = new ClassReader(plain);
        ClassWriter writer = new ClassWriter(0);
        reader.accept(writer, 0);
        writer.visitAttribute(new Attribute("FromTheFuture") {
            @Override
            protected ByteVector write(ClassWriter c, byte[] code, int length, int stack, int locals) {
                return new ByteVector().putInt(0x11223344);
            }
        });
        Woven woven = new Weaver(StandIn.NAME).weave(writer.toByteArray(), plan);
        StringBuilder found = new StringBuilder();
        new ClassReader(woven.bytes())
                .accept(
                        new ClassVisitor(Emit.API) {
                            @Override
                            public void visitAttribute(Attribute attribute) {
                                found.append(attribute.type);
                            }
                        },
                        0);
        assertThat(found).hasToString("FromTheFuture");
    }

    @Test
    void recordsAndSealedTypes_areWoven() throws Throwable {
        Map<String, byte[]> classes = Javac.compile(
                17,
                "// app/A.java\npackage app; public record A(String s) implements I { static String f(String s, int n) {"
                        + " I i = new A(s); return (i instanceof A a && n > 0 ? a.s() : \"\").concat(\"b\"); } }"
                        + " sealed interface I permits A {}");
        Loomed a = Loomed.of(classes, plan, sites);
        assertThat(a.woven.outcome()).isEqualTo(Outcome.HOOKED);
        assertThat(a.call("f", "x", 1)).isEqualTo("x!(b)");
        assertThat(a.make("r")).hasToString("A[s=r]");
    }
}
