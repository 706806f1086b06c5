package io.lethe.weave;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Opcodes;

class ClassHeaderTest {

    @Test
    void realClasses_readAsAsmReadsThem() throws Exception {
        int[] count = {0};
        Jars.each(Jars.POSTGRESQL, (name, bytes) -> {
            ClassHeader header = ClassHeader.of(bytes);
            ClassReader reader = new ClassReader(bytes);
            assertThat(header.name()).isEqualTo(name);
            assertThat(header.superName()).isEqualTo(reader.getSuperName());
            assertThat(header.interfaces()).isEqualTo(reader.getInterfaces());
            assertThat(header.access()).isEqualTo(reader.getAccess() & 0xFFFF);
            assertThat(header.version()).isEqualTo(reader.readShort(6));
            count[0]++;
        });
        assertThat(count[0]).isGreaterThan(300);
    }

    @Test
    void mentionsAny_findsWholeTextsOnly() {
        byte[] bytes = classFile();
        assertThat(mentions(bytes, "app/Itf")).isTrue();
        assertThat(mentions(bytes, "none", "app/Itf")).isTrue();
        assertThat(mentions(bytes, "app/It")).isFalse();
        assertThat(mentions(bytes, "pp/Itf")).isFalse();
        assertThat(mentions(bytes)).isFalse();
    }

    @Test
    void namesBeyondAscii_areRead() {
        assertThat(ClassHeader.of(classFile()).name()).isEqualTo("app/\u00c4\u20ac\ud83d\ude00\0A");
    }

    @Test
    void everyTruncation_isNull_neverThrows() {
        byte[] whole = classFile();
        assertThat(ClassHeader.of(null)).isNull();
        int ends = new ClassReader(whole).header + 8 + 2;
        for (int length = 0; length < whole.length; length++) {
            ClassHeader header = ClassHeader.of(Arrays.copyOf(whole, length));
            assertThat(header == null).isEqualTo(length < ends);
            mentions(Arrays.copyOf(whole, length), "SourceFile", "java/lang/Object", "app/Itf", "text");
        }
    }

    @Test
    void randomDamage_neverThrows() {
        Random random = new Random(1);
        byte[] whole = classFile();
        for (int i = 0; i < 200_000; i++) {
            byte[] damaged = whole.clone();
            for (int n = random.nextInt(4); n >= 0; n--) {
                damaged[4 + random.nextInt(damaged.length - 4)] = (byte) random.nextInt();
            }
            ClassHeader.of(damaged);
            mentions(damaged, "java/lang/Object", "app/Itf", "text");
        }
    }

    private static boolean mentions(byte[] bytes, String... texts) {
        byte[][] utf8 = new byte[texts.length][];
        for (int i = 0; i < texts.length; i++) {
            utf8[i] = texts[i].getBytes(StandardCharsets.US_ASCII);
        }
        return ClassHeader.mentionsAny(bytes, utf8);
    }

    private static byte[] classFile() {
        ClassWriter w = new ClassWriter(0);
        String name = "app/\u00c4\u20ac\ud83d\ude00\0A";
        w.visit(Opcodes.V1_8, Opcodes.ACC_PUBLIC, name, null, "java/lang/Object", new String[] {"app/Itf"});
        w.visitField(Opcodes.ACC_STATIC | Opcodes.ACC_FINAL, "l", "J", null, 42L);
        w.visitField(Opcodes.ACC_STATIC | Opcodes.ACC_FINAL, "s", "Ljava/lang/String;", null, "text");
        w.visitEnd();
        return w.toByteArray();
    }
}
