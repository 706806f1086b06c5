package io.lethe.weave;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What became of each class that a plan names, for each loader that has it. Agent loader; any thread.
 *
 * <p>Loaders are held weakly and told apart by identity: nothing of the application is called or kept.
 */
public final class Outcomes {

    /** One class of one loader: a value. */
    public static final class Entry {

        private final String className;
        private final Outcome outcome;
        private final String why;

        Entry(String className, Outcome outcome, String why) {
            this.className = className;
            this.outcome = outcome;
            this.why = why;
        }

        /** The internal name. */
        public String className() {
            return className;
        }

        public Outcome outcome() {
            return outcome;
        }

        /** What is missing, in one line; empty for {@link Outcome#HOOKED}. */
        public String why() {
            return why;
        }
    }

    private static final class Key extends WeakReference<ClassLoader> {

        private final int hash;

        Key(ClassLoader loader, @Nullable ReferenceQueue<ClassLoader> queue) {
            super(loader, queue);
            this.hash = System.identityHashCode(loader);
        }

        @Override
        public int hashCode() {
            return hash;
        }

        @Override
        @SuppressWarnings("ReferenceEquality")
        public boolean equals(@Nullable Object other) {
            ClassLoader loader = get();
            return this == other || (loader != null && other instanceof Key && ((Key) other).get() == loader);
        }
    }

    private final Map<String, Entry> boot = new HashMap<>();
    private final Map<Key, Map<String, Entry>> loaders = new HashMap<>();
    private final ReferenceQueue<ClassLoader> unloaded = new ReferenceQueue<>();

    /** A later outcome takes the place of an earlier one. */
    public synchronized void record(@Nullable ClassLoader loader, String className, Outcome outcome, String why) {
        for (Reference<?> key = unloaded.poll(); key != null; key = unloaded.poll()) {
            loaders.remove(key);
        }
        Map<String, Entry> classes = of(loader);
        if (classes == null && loader != null) {
            classes = new HashMap<>();
            loaders.put(new Key(loader, unloaded), classes);
        }
        if (classes != null) {
            classes.put(className, new Entry(className, outcome, why));
        }
    }

    /** Returns null for a class that has not been seen in that loader. */
    public synchronized @Nullable Entry find(@Nullable ClassLoader loader, String className) {
        Map<String, Entry> classes = of(loader);
        return classes == null ? null : classes.get(className);
    }

    /** All entries of all loaders that are still there, in no order. */
    public synchronized List<Entry> all() {
        List<Entry> all = new ArrayList<>(boot.values());
        for (Map.Entry<Key, Map<String, Entry>> loader : loaders.entrySet()) {
            if (loader.getKey().get() != null) {
                all.addAll(loader.getValue().values());
            }
        }
        return all;
    }

    private @Nullable Map<String, Entry> of(@Nullable ClassLoader loader) {
        return loader == null ? boot : loaders.get(new Key(loader, null));
    }
}
