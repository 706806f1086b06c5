package io.lethe.harness;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * A pgjdbc as its next version might be: whole, and one method of its SCRAM library has another name, wherever it is declared and
 * called. Lethe knows all of it but that method.
 */
final class PartialDriver {

    private static final String LIBRARY = "org/postgresql/shaded/com/ongres/scram/";
    private static final String OLD = "saltedPassword";
    private static final String NEW = "saltedSecret";

    private PartialDriver() {}

    static Path of(Path driver, Path into) {
        try (ZipFile whole = new ZipFile(driver.toFile());
                ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(into))) {
            for (ZipEntry entry : Collections.list(whole.entries())) {
                out.putNextEntry(new ZipEntry(entry.getName()));
                try (InputStream in = whole.getInputStream(entry)) {
                    byte[] bytes = in.readAllBytes();
                    boolean renamed =
                            entry.getName().contains(LIBRARY) && entry.getName().endsWith(".class");
                    out.write(renamed ? renamed(bytes) : bytes);
                }
            }
            return into;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The same of any driver: one method of one class has another name, in that class and wherever that class calls it.
     *
     * @param descriptor null for all of that name
     */
    static Path without(Path driver, Path into, String className, String method, String descriptor) {
        try (ZipFile whole = new ZipFile(driver.toFile());
                ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(into))) {
            int found = 0;
            for (ZipEntry entry : Collections.list(whole.entries())) {
                out.putNextEntry(new ZipEntry(entry.getName()));
                try (InputStream in = whole.getInputStream(entry)) {
                    byte[] bytes = in.readAllBytes();
                    boolean itself = entry.getName().equals(className + ".class");
                    found += itself ? 1 : 0;
                    out.write(itself ? without(bytes, className, method, descriptor) : bytes);
                }
            }
            if (found == 0) {
                throw new IllegalStateException(className + " is not in " + driver);
            }
            return into;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] without(byte[] classFile, String className, String method, String descriptor) {
        ClassWriter writer = new ClassWriter(0);
        new ClassReader(classFile)
                .accept(
                        new ClassVisitor(Opcodes.ASM9, writer) {
                            @Override
                            public MethodVisitor visitMethod(
                                    int access, String name, String type, String signature, String[] thrown) {
                                return new MethodVisitor(
                                        Opcodes.ASM9,
                                        super.visitMethod(access, other(name, type), type, signature, thrown)) {
                                    @Override
                                    public void visitMethodInsn(
                                            int opcode, String owner, String called, String desc, boolean isInterface) {
                                        String name = owner.equals(className) ? other(called, desc) : called;
                                        super.visitMethodInsn(opcode, owner, name, desc, isInterface);
                                    }
                                };
                            }

                            private String other(String name, String type) {
                                boolean is = name.equals(method) && (descriptor == null || descriptor.equals(type));
                                return is ? name + "OfTomorrow" : name;
                            }
                        },
                        0);
        return writer.toByteArray();
    }

    private static byte[] renamed(byte[] classFile) {
        ClassWriter writer = new ClassWriter(0);
        new ClassReader(classFile)
                .accept(
                        new ClassVisitor(Opcodes.ASM9, writer) {
                            @Override
                            public MethodVisitor visitMethod(
                                    int access, String name, String descriptor, String signature, String[] thrown) {
                                return new MethodVisitor(
                                        Opcodes.ASM9,
                                        super.visitMethod(access, other(name), descriptor, signature, thrown)) {
                                    @Override
                                    public void visitMethodInsn(
                                            int opcode, String owner, String called, String desc, boolean isInterface) {
                                        boolean own = owner.startsWith(LIBRARY);
                                        super.visitMethodInsn(
                                                opcode, owner, own ? other(called) : called, desc, isInterface);
                                    }
                                };
                            }
                        },
                        0);
        return writer.toByteArray();
    }

    private static String other(String name) {
        return name.equals(OLD) ? NEW : name;
    }
}
