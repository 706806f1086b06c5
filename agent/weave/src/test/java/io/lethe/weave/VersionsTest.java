package io.lethe.weave;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** Class files of all ages. */
class VersionsTest {

    private final Sample sample = new Sample();

    @ParameterizedTest
    @ValueSource(ints = {45, 46, 47, 48, 49, 50, 51, 52, 55, 61, 65, 69, 70, 71})
    void everyVersion_isWoven_andStaysWhatItIs(int version) throws Throwable {
        int flags = version < 50 ? ClassWriter.COMPUTE_MAXS : ClassWriter.COMPUTE_FRAMES;
        Woven woven = sample.weave(Sample.classFile(version == 45 ? Opcodes.V1_1 : version, flags, m -> {}));
        assertThat(woven.why()).isEmpty();
        assertThat(woven.outcome()).isEqualTo(Outcome.HOOKED);
        assertThat(Sample.version(woven.bytes())).isEqualTo(version);

        // At v50 a missing frame would go unseen: the JVM falls back to its old verifier.
        assertThat(frames(woven.bytes())).isEqualTo(version < 50 ? 0 : 3);

        Loomed a = sample.run(woven.bytes());
        assertThat(a.call("f", "x", 1)).isEqualTo("x!(x!)");
        assertThat(a.call("f", "x", 0)).isEqualTo("rescued from NullPointerException");
    }

    @Test
    void versionThatAsmRefuses_isUnknown() {
        byte[] tooNew = Sample.classFile(Opcodes.V17, ClassWriter.COMPUTE_FRAMES, m -> {});
        tooNew[7] = 120;
        Woven woven = sample.weave(tooNew);
        assertThat(woven.bytes()).isNull();
        assertThat(woven.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(woven.why()).contains("120");
    }

    @Test
    void truncatedFile_isUnknown() {
        byte[] whole = Sample.classFile(Opcodes.V1_8, ClassWriter.COMPUTE_FRAMES, m -> {});
        for (int length = 0; length < whole.length; length += 7) {
            Woven woven = sample.weave(Arrays.copyOf(whole, length));
            assertThat(woven.bytes()).isNull();
            assertThat(woven.outcome()).isEqualTo(Outcome.UNKNOWN);
        }
    }

    @Test
    void otherClass_isUnknown() {
        byte[] bytes = Sample.classFile(Opcodes.V1_8, ClassWriter.COMPUTE_FRAMES, m -> {});
        assertThat(new Weaver(StandIn.NAME).weave(bytes, new ClassPlan("app/B")).why())
                .isEqualTo("it is app/A");
    }

    private static int frames(byte[] classFile) {
        int[] count = {0};
        new ClassReader(classFile)
                .accept(
                        new ClassVisitor(Emit.API) {
                            @Override
                            public MethodVisitor visitMethod(int access, String n, String d, String s, String[] e) {
                                return new MethodVisitor(Emit.API) {
                                    @Override
                                    public void visitFrame(int t, int locals, Object[] l, int stack, Object[] s) {
                                        count[0]++;
                                    }
                                };
                            }
                        },
                        0);
        return count[0];
    }
}
