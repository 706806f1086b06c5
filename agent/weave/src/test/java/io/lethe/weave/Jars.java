package io.lethe.weave;

import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/** Jars of the test class path, as material. */
final class Jars {

    static final Path POSTGRESQL = of(org.postgresql.Driver.class);
    static final Path BOUNCY_CASTLE = of(org.bouncycastle.jce.provider.BouncyCastleProvider.class);
    static final Path ASM = of(org.objectweb.asm.ClassReader.class);

    interface Visitor {
        void visit(String internalName, byte[] classFile) throws IOException;
    }

    private Jars() {}

    /** The jar or folder that a class was read from. */
    static Path of(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** All classes but those of other versions and descriptors. */
    static void each(Path jar, Visitor visitor) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            for (JarEntry entry : file.stream().toList()) {
                String name = entry.getName();
                if (name.endsWith(".class") && !name.startsWith("META-INF/") && !name.endsWith("-info.class")) {
                    try (InputStream in = file.getInputStream(entry)) {
                        visitor.visit(name.substring(0, name.length() - 6), in.readAllBytes());
                    }
                }
            }
        }
    }
}
