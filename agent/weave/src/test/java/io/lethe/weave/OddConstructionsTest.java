package io.lethe.weave;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** Instances that no javac makes so: other compilers and obfuscators do. */
class OddConstructionsTest {

    private static Loomed weave(Consumer<MethodVisitor> body) {
        ClassWriter w = new ClassWriter(ClassWriter.COMPUTE_MAXS);
        w.visit(Opcodes.V1_8, Opcodes.ACC_PUBLIC, "app/A", null, "java/lang/Object", null);
        MethodVisitor m = w.visitMethod(Opcodes.ACC_STATIC, "f", "([C)Ljava/lang/Object;", null, null);
        m.visitCode();
        body.accept(m);
        m.visitInsn(Opcodes.ARETURN);
        m.visitMaxs(0, 0);
        m.visitEnd();
        w.visitEnd();
        CallHook hook = CallHook.constructor("([C)V", "java/lang/String")
                .replacedBy(Targets.NAME, "newString", "([C)Ljava/lang/String;");
        return Loomed.of(Map.of("app/A", w.toByteArray()), new ClassPlan("app/A").with(hook), new Sites());
    }

    private static void construct(MethodVisitor m) {
        m.visitVarInsn(Opcodes.ALOAD, 0);
        m.visitMethodInsn(Opcodes.INVOKESPECIAL, "java/lang/String", "<init>", "([C)V", false);
    }

    /** A discarded instance without DUP: advice that popped the copy gave "Attempt to pop empty stack". */
    @Test
    void withoutDup_isLeftAlone() throws Throwable {
        Loomed a = weave(m -> {
            m.visitTypeInsn(Opcodes.NEW, "java/lang/String");
            construct(m);
            m.visitInsn(Opcodes.ACONST_NULL);
        });
        assertThat(a.woven.outcome()).isEqualTo(Outcome.PARTIAL);
        assertThat(a.woven.bytes()).isNull();
        assertThat(a.woven.why()).contains("java/lang/String.<init>([C)V").contains("1 left alone");
        assertThat(a.call("f", (Object) "x".toCharArray())).isNull();
    }

    @Test
    void withoutDup_insideThatOfAnother_isToldApart() throws Throwable {
        Loomed a = weave(m -> {
            m.visitTypeInsn(Opcodes.NEW, "java/lang/String");
            m.visitInsn(Opcodes.DUP);
            m.visitTypeInsn(Opcodes.NEW, "java/lang/String");
            construct(m);
            construct(m);
        });
        assertThat(a.woven.outcome()).isEqualTo(Outcome.PARTIAL);
        assertThat(a.woven.why()).endsWith("1 left alone");
        assertThat(a.call("f", (Object) "xy".toCharArray())).isEqualTo("made 2");
    }

    /** Only one reference lies below the arguments, the other is kept in a local. */
    @Test
    void storedMeanwhile_isLeftAlone() throws Throwable {
        Loomed a = weave(m -> {
            m.visitTypeInsn(Opcodes.NEW, "java/lang/String");
            m.visitInsn(Opcodes.DUP);
            m.visitVarInsn(Opcodes.ASTORE, 1);
            construct(m);
            m.visitVarInsn(Opcodes.ALOAD, 1);
        });
        assertThat(a.woven.outcome()).isEqualTo(Outcome.PARTIAL);
        assertThat(a.call("f", (Object) "xy".toCharArray())).isEqualTo("xy");
    }
}
