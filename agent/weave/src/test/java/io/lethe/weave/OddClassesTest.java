package io.lethe.weave;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.Attribute;
import org.objectweb.asm.ByteVector;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** Class files of strange shapes and sizes. */
class OddClassesTest {

    private final Sample sample = new Sample();

    @Test
    void subroutines_areUntouched() {
        byte[] bytes = Sample.classFile(Opcodes.V1_4, ClassWriter.COMPUTE_MAXS, m -> {
            Label routine = new Label();
            Label after = new Label();
            m.visitJumpInsn(Opcodes.JSR, routine);
            m.visitJumpInsn(Opcodes.GOTO, after);
            m.visitLabel(routine);
            m.visitVarInsn(Opcodes.ASTORE, 2);
            m.visitVarInsn(Opcodes.RET, 2);
            m.visitLabel(after);
        });
        Woven woven = sample.weave(bytes);
        assertThat(woven.bytes()).isNull();
        assertThat(woven.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(woven.why()).contains("subroutines");
    }

    /** MySQL Connector/J 5.1 is compiled so. */
    @Test
    void subroutinesElsewhereInTheClass_areCopied() throws Throwable {
        ClassReader plain = new ClassReader(Sample.classFile(Opcodes.V1_5, ClassWriter.COMPUTE_MAXS, m -> {}));
        ClassWriter more = new ClassWriter(plain, ClassWriter.COMPUTE_MAXS);
        plain.accept(
                new ClassVisitor(Opcodes.ASM9, more) {
                    @Override
                    public void visitEnd() {
                        MethodVisitor m = visitMethod(Opcodes.ACC_STATIC, "other", "()V", null, null);
                        Label routine = new Label();
                        m.visitCode();
                        m.visitJumpInsn(Opcodes.JSR, routine);
                        m.visitInsn(Opcodes.RETURN);
                        m.visitLabel(routine);
                        m.visitVarInsn(Opcodes.ASTORE, 0);
                        m.visitVarInsn(Opcodes.RET, 0);
                        m.visitMaxs(0, 0);
                        m.visitEnd();
                        super.visitEnd();
                    }
                },
                0);
        Woven woven = sample.weave(more.toByteArray());
        assertThat(woven.outcome()).isEqualTo(Outcome.HOOKED);
        assertThat(sample.run(woven.bytes()).call("f", "x", 1)).isEqualTo("x!(x!)");
    }

    @Test
    void wovenBytes_areNotWovenAgain() {
        Woven once = sample.weave(Sample.classFile(Opcodes.V1_8, ClassWriter.COMPUTE_FRAMES, m -> {}));
        Woven twice = sample.weave(once.bytes());
        assertThat(twice.bytes()).isNull();
        assertThat(twice.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(twice.why()).contains("already");
    }

    @Test
    void jumpOverMoreThan32K_isWoven() throws Throwable {
        byte[] bytes = Sample.classFile(Opcodes.V1_8, ClassWriter.COMPUTE_FRAMES, m -> {
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
        Woven woven = sample.weave(bytes);
        assertThat(woven.outcome()).isEqualTo(Outcome.HOOKED);
        Loomed a = sample.run(woven.bytes());
        assertThat(a.call("f", "x", 1)).isEqualTo("x!(x!)");
        assertThat(a.call("f", "x", 0)).isEqualTo("rescued from NullPointerException");
    }

    @Test
    void methodThatGetsTooLarge_isUnknown_andUntouched() {
        byte[] bytes = Sample.classFile(Opcodes.V1_4, ClassWriter.COMPUTE_MAXS, m -> {
            for (int i = 0; i < 65_500; i++) {
                m.visitInsn(Opcodes.NOP);
            }
        });
        Woven woven = sample.weave(bytes);
        assertThat(woven.bytes()).isNull();
        assertThat(woven.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(woven.why()).contains("too large");
    }

    @Test
    void unknownAttribute_survives() {
        byte[] plain = Sample.classFile(Opcodes.V17, ClassWriter.COMPUTE_FRAMES, m -> {});
        ClassReader reader = new ClassReader(plain);
        ClassWriter writer = new ClassWriter(0);
        reader.accept(writer, 0);
        writer.visitAttribute(new Attribute("FromTheFuture") {
            @Override
            protected ByteVector write(ClassWriter c, byte[] code, int length, int stack, int locals) {
                return new ByteVector().putInt(0x11223344);
            }
        });
        Woven woven = sample.weave(writer.toByteArray());
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
                "// app/A.java\npackage app; public record A(String s) implements I {"
                        + " static String f(String s, int n) { I i = new A(s);"
                        + " return (i instanceof A a && n > 0 ? a.s() : \"\").concat(\"b\"); } }"
                        + " sealed interface I permits A {}");
        Loomed a = Loomed.of(classes, sample.plan, sample.sites);
        assertThat(a.woven.outcome()).isEqualTo(Outcome.HOOKED);
        assertThat(a.call("f", "x", 1)).isEqualTo("x!(b)");
        assertThat(a.make("r")).hasToString("A[s=r]");
    }
}
