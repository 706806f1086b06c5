package io.lethe.weave;

import java.util.Map;
import java.util.function.Consumer;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** A class made without a compiler, in any version, and a plan for it. */
final class Sample {

    final Sites sites = new Sites();

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

    final ClassPlan plan = new ClassPlan("app/A")
            .with(MethodHook.scope(sites, "f", scope).replacing(0))
            .with(MethodHook.answer(sites, "f", arguments -> "ask".equals(arguments[1]) ? "answered" : null))
            .with(CallHook.instance("concat", "(Ljava/lang/String;)Ljava/lang/String;", "java/lang/String")
                    .filtered(sites, value -> "(" + value + ")"));

    /** {@code static String f(String s, int n) { if (n == 0) throw null; return s.concat(s); }} */
    static byte[] classFile(int version, int flags, Consumer<MethodVisitor> before) {
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

    static int version(byte[] classFile) {
        return (classFile[6] & 0xFF) << 8 | classFile[7] & 0xFF;
    }

    /** Runs as the newest version that this JVM can run: nothing in the class depends on more. */
    Loomed run(byte[] woven) {
        byte[] runnable = woven.clone();
        runnable[7] = (byte) Math.min(runnable[7], 61);
        return Loomed.of(Map.of("app/A", runnable), new ClassPlan("app/A"), sites);
    }

    Woven weave(byte[] classFile) {
        return new Weaver(StandIn.NAME).weave(classFile, plan);
    }
}
