package io.lethe.premain;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.instrument.Instrumentation;
import java.net.URL;
import java.security.AllPermission;
import java.security.CodeSource;
import java.security.Permissions;
import java.security.ProtectionDomain;
import java.util.jar.JarFile;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import org.jspecify.annotations.Nullable;

/**
 * Loads everything of Lethe but the entry points, from the {@code agent/**.classdata} entries of lethe.jar, which no other
 * loader and no class-path scanner takes for classes. Applications cannot see them.
 *
 * <p>Loaded by the system loader. Own classes first, then the platform loader (the boot loader on 8), never the application.
 * Parallel capable. Where lethe.jar was replaced under the running JVM, loading fails with one line that says so, instead of
 * mixing two builds; renaming or deleting it does no harm, since the file stays open.
 */
public final class AgentLoader extends ClassLoader {

    private static final String FOLDER = "agent/";
    private static final String SUFFIX = ".classdata";

    static {
        registerAsParallelCapable();
    }

    private final File file;
    private final JarFile jar;
    private final @Nullable ProtectionDomain domain;

    private AgentLoader(File file, JarFile jar, URL location) {
        super(parent());
        this.file = file;
        this.jar = jar;
        this.domain = StartupChecks.major() < 24 ? trusted(location) : null;
    }

    /** What a SecurityManager, which JDK 24 removed, wants to see behind Lethe's own files and threads. */
    private static ProtectionDomain trusted(URL location) {
        Permissions all = new Permissions();
        all.add(new AllPermission());
        return new ProtectionDomain(new CodeSource(location, (java.security.cert.Certificate[]) null), all);
    }

    /** Opens the jar that this class came from. */
    static AgentLoader open() throws Exception {
        URL location = AgentLoader.class.getProtectionDomain().getCodeSource().getLocation();
        File file = new File(location.toURI());
        // Unverified: Lethe's jar is not signed, and verification is slow before the JIT compiler runs.
        return new AgentLoader(file, new JarFile(file, false), location);
    }

    /** The jar that everything here comes from. */
    public File jar() {
        return file;
    }

    /** On 9+ the platform loader, which sees java.sql and java.net.http; on 8 the boot loader, which has them. */
    private static @Nullable ClassLoader parent() {
        return StartupChecks.major() >= 9 ? ClassLoader.getSystemClassLoader().getParent() : null;
    }

    /**
     * Starts the runtime. Through a constructor and an interface, because {@code Method.invoke} spins method handles from 18 on
     * (JEP 416), which alone cost 25 ms of CPU in a JVM that has just begun.
     */
    void start(@Nullable String argument, Instrumentation instrumentation) throws Exception {
        Starter starter =
                (Starter) loadClass("io.lethe.runtime.Agent").getConstructor().newInstance();
        starter.start(argument, instrumentation, this);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (name.startsWith("io.lethe.") && !name.startsWith("io.lethe.premain.")) {
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                return loaded != null ? loaded : findClass(name);
            }
        }
        return name.startsWith("io.lethe.premain.")
                ? AgentLoader.class.getClassLoader().loadClass(name)
                : super.loadClass(name, resolve);
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        if (!name.startsWith("io.lethe.")) {
            throw new ClassNotFoundException(name);
        }
        byte[] bytes = read(FOLDER + name.replace('.', '/') + SUFFIX);
        if (bytes == null) {
            throw new ClassNotFoundException(name);
        }
        return defineClass(name, bytes, 0, bytes.length, domain);
    }

    /** Data that is shipped beside the classes, such as the bytes of {@code java.lang.LetheHooks}. */
    @Override
    public @Nullable InputStream getResourceAsStream(String name) {
        byte[] bytes = read(name.endsWith(".class") ? name : FOLDER + name);
        return bytes == null ? null : new ByteArrayInputStream(bytes);
    }

    private byte @Nullable [] read(String entryName) {
        try {
            ZipEntry entry = jar.getEntry(entryName);
            if (entry == null) {
                return null;
            }
            byte[] bytes = new byte[(int) entry.getSize()];
            try (DataInputStream in = new DataInputStream(jar.getInputStream(entry))) {
                in.readFully(bytes);
            }
            CRC32 crc = new CRC32();
            crc.update(bytes, 0, bytes.length);
            if (crc.getValue() == entry.getCrc()) {
                return bytes;
            }
        } catch (IOException | RuntimeException | InternalError e) {
            // The same line: an overwritten jar shows as a broken entry or as a wrong sum.
        }
        throw new IllegalStateException(file + " was overwritten under the running JVM; restart the application");
    }
}
