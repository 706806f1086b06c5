package io.lethe.premain;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.instrument.Instrumentation;
import java.net.URL;
import java.security.AllPermission;
import java.security.CodeSource;
import java.security.Permissions;
import java.security.ProtectionDomain;
import org.jspecify.annotations.Nullable;

/**
 * Loads everything of Lethe but the entry points, from the {@code agent/**.classdata} entries of lethe.jar (and
 * {@code tools/**.classdata} for the command line), which no other loader and no class-path scanner takes for classes. Applications cannot see them.
 *
 * <p>Loaded by the system loader. Own classes first, then the platform loader (the boot loader on 8), never the application.
 * Parallel capable. Reads from memory: see {@link JarImage}.
 */
public final class AgentLoader extends ClassLoader {

    private static final String OWN = "io.lethe.";
    private static final String ENTRY = "io.lethe.premain.";

    /** The command line and its libraries, a third of the jar, which no application needs in its memory. */
    private static final String TOOLS = "tools/";

    /** TLS for brokers that are asked over a network: a third of the jar, too, and read only where one is. */
    private static final String LATER = "tls/";

    /** How the names of both begin, and of nothing else: they lie behind all else, the command line last. */
    private static final String BEHIND = "t";

    private static final String LIBRARY = "io.lethe.shaded.bouncycastle.";

    static {
        registerAsParallelCapable();
    }

    private final File file;
    private final JarImage jar;
    private final @Nullable ProtectionDomain domain;
    private final Object lock = new Object();
    private volatile @Nullable JarImage later;

    private AgentLoader(File file, JarImage jar, URL location) {
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

    /** Reads the jar that this class came from, without the command line and what is read later. */
    static AgentLoader open() throws Exception {
        return open(ascii(BEHIND));
    }

    private static byte[] ascii(String text) {
        byte[] bytes = new byte[text.length()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) text.charAt(i);
        }
        return bytes;
    }

    /** The same, for the command line. */
    static AgentLoader openWhole() throws Exception {
        return open(null);
    }

    private static AgentLoader open(byte @Nullable [] without) throws Exception {
        URL location = AgentLoader.class.getProtectionDomain().getCodeSource().getLocation();
        File file = new File(location.toURI());
        return new AgentLoader(file, JarImage.read(file, without), location);
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

    /** The file that everything here came from. */
    public File jar() {
        return file;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(OWN)) {
            return super.loadClass(name, resolve);
        }
        if (name.startsWith(ENTRY)) {
            return Class.forName(name, false, AgentLoader.class.getClassLoader());
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded != null ? loaded : findClass(name);
        }
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        byte[] bytes = null;
        if (name.startsWith(OWN)) {
            String entry = name.replace('.', '/').concat(".classdata");
            bytes = jar.entry("agent/".concat(entry));
            if (bytes == null) {
                bytes = jar.entry(TOOLS.concat(entry));
            }
            if (bytes == null && name.startsWith(LIBRARY)) {
                bytes = later(name, LATER.concat(entry));
            }
        }
        if (bytes == null) {
            throw new ClassNotFoundException(name);
        }
        return defineClass(name, bytes, 0, bytes.length, domain);
    }

    /** From the jar, read once more: it must still be the same. */
    private byte @Nullable [] later(String name, String entry) throws ClassNotFoundException {
        byte[] here = jar.entry(entry);
        if (here != null) {
            return here;
        }
        JarImage image = later;
        if (image == null) {
            synchronized (lock) {
                image = later;
                if (image == null) {
                    try {
                        image = JarImage.read(file, ascii(TOOLS));
                    } catch (IOException e) {
                        throw new ClassNotFoundException(name + ": " + file + " cannot be read any more", e);
                    }
                    if (!image.lists(jar)) {
                        throw new ClassNotFoundException(
                                name + ": " + file + " is another one by now; restart the JVM");
                    }
                    later = image;
                }
            }
        }
        return image.entry(entry);
    }

    /** Data of lethe.jar, by the name of its entry. */
    @Override
    public @Nullable InputStream getResourceAsStream(String name) {
        byte[] bytes = entry(name);
        return bytes == null ? null : new ByteArrayInputStream(bytes);
    }

    /** The content of an entry of lethe.jar; null where there is none of this name. */
    public byte @Nullable [] entry(String name) {
        return jar.entry(name);
    }
}
