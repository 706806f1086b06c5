package io.lethe.weave;

import java.lang.instrument.ClassFileTransformer;
import java.security.ProtectionDomain;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sees every class that the JVM loads and lets all but a few pass, for the price of a hash look-up; application classes
 * are also asked whether they implement one of four JDBC interfaces, with one walk over their constant pool.
 *
 * <p>Agent loader. Until a class matches, nothing of this package is loaded but this class and {@link ClassHeader}: no
 * ASM, no plans. Then the {@link Loom} is made, once, under this gate's lock: whoever hooks classes of the JDK asks for
 * {@link #loom()} first, outside of class loading.
 *
 * <p>Never throws: a class that could not be woven is loaded as it was, and {@link Outcomes} or {@link #trouble()} says
 * so.
 */
public final class Gate implements ClassFileTransformer {

    private static final String[] GUARDED = {
        "java/sql/Driver", "javax/sql/DataSource", "javax/sql/XADataSource", "javax/sql/ConnectionPoolDataSource"
    };

    private volatile Set<String> names;
    private final byte[][] guarded = new byte[GUARDED.length][];
    private final ClassLoader own;
    private final @Nullable ClassLoader platform;
    private final Supplier<Loom> maker;
    /** Set while this thread is inside the loom: the classes that weaving itself needs pass. */
    private final ThreadLocal<Boolean> busy = new ThreadLocal<>();

    private volatile @Nullable Loom loom;
    private volatile @Nullable String trouble;

    /**
     * @param names the classes that have plans, by internal name
     * @param own the agent's loader, whose classes always pass
     * @param platform the platform loader on 9+, whose classes get no guards; null on 8, where drivers may lie in
     *     {@code jre/lib/ext}
     * @param maker makes the loom when the first class matches; its own class must load none of this package
     */
    public Gate(Set<String> names, ClassLoader own, @Nullable ClassLoader platform, Supplier<Loom> maker) {
        this.names = new HashSet<>(names);
        this.own = own;
        this.platform = platform;
        this.maker = maker;
        for (int i = 0; i < GUARDED.length; i++) {
            // ASCII; getBytes would look up a charset.
            guarded[i] = new byte[GUARDED[i].length()];
            for (int j = 0; j < guarded[i].length; j++) {
                guarded[i][j] = (byte) GUARDED[i].charAt(j);
            }
        }
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // loaders
    public byte @Nullable [] transform(
            @Nullable ClassLoader loader,
            @Nullable String name,
            @Nullable Class<?> redefined,
            @Nullable ProtectionDomain domain,
            byte[] classFile) {
        try {
            if (name == null || loader == own) {
                return null;
            }
            if (!names.contains(name)
                    && (loader == null
                            || loader == platform
                            || !ClassHeader.mentionsAny(classFile, guarded)
                            || isHidden(name)
                            || !isGuarded(classFile))) {
                return null;
            }
            return weave(loader, name, classFile);
        } catch (Throwable t) {
            failed(loader, name, t);
            return null;
        }
    }

    /**
     * From now on these classes match too: those that a plan names and that are not to be woven before they are needed. What
     * is loaded already has to be retransformed by the caller.
     */
    public synchronized void also(Set<String> more) {
        Set<String> all = new HashSet<>(names);
        all.addAll(more);
        names = all;
    }

    /** Makes the loom if no class has matched yet. Throws what its maker threw, each time. */
    public Loom loom() {
        Loom made = loom;
        return made != null ? made : make();
    }

    /** What went wrong where there was no loom to write it down, in one line; null if nothing did. */
    public @Nullable String trouble() {
        return trouble;
    }

    private byte @Nullable [] weave(@Nullable ClassLoader loader, String name, byte[] classFile) {
        if (busy.get() != null) {
            throw new IllegalStateException("it was loaded by the weaving of another class");
        }
        Loom made = loom();
        busy.set(Boolean.TRUE);
        try {
            return made.weave(loader, name, classFile);
        } finally {
            busy.remove();
        }
    }

    private synchronized Loom make() {
        Loom made = loom;
        if (made != null) {
            return made;
        }
        busy.set(Boolean.TRUE);
        try {
            made = maker.get();
        } finally {
            busy.remove();
        }
        loom = made;
        return made;
    }

    private void failed(@Nullable ClassLoader loader, @Nullable String name, Throwable t) {
        try {
            String why = "weaving failed: " + t;
            Loom made = loom;
            if (made != null && name != null) {
                made.outcomes().record(loader, name, Outcome.UNKNOWN, why);
            } else {
                trouble = name + ": " + why;
            }
        } catch (Throwable again) {
            // Out of memory or stack: the constant is all that can still be kept.
            trouble = "weaving failed";
        }
    }

    /** The interface may be mentioned by a class that only calls it: see whether the class declares it. */
    private static boolean isGuarded(byte[] classFile) {
        ClassHeader header = ClassHeader.of(classFile);
        return header != null && guarded(header) != null;
    }

    /** Which of the interfaces that get a guard this class declares; null where none. */
    public static @Nullable String guarded(ClassHeader header) {
        for (String itf : header.interfaces()) {
            for (String guarded : GUARDED) {
                if (guarded.equals(itf)) {
                    return guarded;
                }
            }
        }
        return null;
    }

    /** Lambda forms, anonymous and hidden classes: {@code app/A/0x0000000800c03000}, {@code app/A/1234}. */
    private static boolean isHidden(String name) {
        char first = name.charAt(name.lastIndexOf('/') + 1);
        return first >= '0' && first <= '9' || name.indexOf('+') >= 0;
    }
}
