package io.lethe.cli;

import io.lethe.weave.ClassHeader;
import io.lethe.weave.Gate;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.Manifest;
import org.jspecify.annotations.Nullable;

/**
 * What was found in one jar, or in one folder of classes: the classes that a sink names, those that implement a driver's or
 * data source's interface, and the references in files of settings. None of its classes is loaded. One thread.
 */
final class Archive {

    private static final String VERSIONS = "META-INF/versions/";
    private static final String MANIFEST = "META-INF/MANIFEST.MF";
    private static final String REFERENCE = "lethe:";
    /** JEP 238. */
    private static final int OLDEST_VERSION = 9;

    private static final int NO_VERSION = -1;

    final String where;
    private final Set<String> wanted;
    private final TreeMap<String, TreeMap<Integer, byte[]>> classes = new TreeMap<>();
    private final TreeMap<String, TreeMap<Integer, String>> guarded = new TreeMap<>();
    private final Set<String> references = new TreeSet<>();
    private boolean multiRelease;
    private @Nullable String trouble;

    /** @param wanted internal names of the classes whose files are kept */
    Archive(String where, Set<String> wanted) {
        this.where = where;
        this.wanted = wanted;
    }

    /** The class file that a JDK would load; null where there is none. */
    byte @Nullable [] classFile(String name, int jdk) {
        return newest(classes.get(name), jdk);
    }

    /** Classes that a JDK would load and that implement a guarded interface, with its name; those that are wanted apart. */
    Map<String, String> guarded(int jdk) {
        Map<String, String> found = new TreeMap<>();
        for (Map.Entry<String, TreeMap<Integer, String>> entry : guarded.entrySet()) {
            String itf = newest(entry.getValue(), jdk);
            if (itf != null && !itf.isEmpty()) {
                found.put(entry.getKey(), itf);
            }
        }
        return found;
    }

    /** Of a class that versions of a multi-release jar have, the newest for this JDK. */
    private <T> @Nullable T newest(@Nullable TreeMap<Integer, T> versions, int jdk) {
        Map.Entry<Integer, T> entry = versions == null ? null : versions.floorEntry(multiRelease ? jdk : 0);
        return entry == null ? null : entry.getValue();
    }

    /** {@code name} or {@code name#field}. */
    Set<String> references() {
        return references;
    }

    /** Why not all of it could be read, in one line; null where all could. */
    @Nullable
    String trouble() {
        return trouble;
    }

    void trouble(String why) {
        trouble = trouble == null ? why : trouble;
    }

    /** Takes in one file of it. */
    void add(String entry, byte[] bytes) {
        if (entry.endsWith(".class")) {
            addClass(entry, bytes);
        } else if (entry.equals(MANIFEST)) {
            try {
                multiRelease = Boolean.parseBoolean(new Manifest(new ByteArrayInputStream(bytes))
                        .getMainAttributes()
                        .getValue("Multi-Release"));
            } catch (IOException e) {
                trouble(MANIFEST + " cannot be read (" + e.getMessage() + ")");
            }
        } else {
            addReferences(bytes);
        }
    }

    private void addClass(String entry, byte[] bytes) {
        int version = version(entry);
        if (version == NO_VERSION) {
            return;
        }
        ClassHeader header = ClassHeader.of(bytes);
        if (header == null || !isAt(entry, header.name())) {
            // What a JVM would refuse, unless it is named like a sink's.
            if (wanted.contains(entry.substring(0, entry.length() - 6))) {
                trouble(entry + (header == null ? " is no class file" : " holds another class"));
            }
            return;
        }
        String name = header.name();
        if (wanted.contains(name)) {
            if (classes.computeIfAbsent(name, n -> new TreeMap<>()).put(version, bytes) != null) {
                trouble(name + " is in there twice: which of them would be loaded is not known");
            }
            return;
        }
        boolean isInterface = (header.access() & 0x0200) != 0;
        String itf = isInterface ? null : Gate.guarded(header);
        if (itf != null || guarded.containsKey(name) || version > 0) {
            // Of two copies, the one that implements something counts.
            guarded.computeIfAbsent(name, n -> new TreeMap<>())
                    .merge(version, itf == null ? "" : itf, (one, other) -> one.isEmpty() ? other : one);
        }
    }

    /** Whether a class loader that looks for the class could find it there: no other place gives it to a JVM. */
    private static boolean isAt(String entry, String name) {
        String file = name + ".class";
        return entry.endsWith(file)
                && (entry.length() == file.length() || entry.charAt(entry.length() - file.length() - 1) == '/');
    }

    /** 0 for what all JDKs see, {@link #NO_VERSION} for what none looks for. */
    private static int version(String entry) {
        if (!entry.startsWith(VERSIONS)) {
            return 0;
        }
        String folder =
                entry.substring(VERSIONS.length(), Math.max(VERSIONS.length(), entry.indexOf('/', VERSIONS.length())));
        try {
            int version = Integer.parseInt(folder);
            // A JDK makes the name from the number: it never looks into 09.
            return version >= OLDEST_VERSION && folder.equals(Integer.toString(version)) ? version : NO_VERSION;
        } catch (NumberFormatException e) {
            return NO_VERSION;
        }
    }

    private void addReferences(byte[] bytes) {
        for (int at = indexOf(bytes, 0); at >= 0; at = indexOf(bytes, at + 1)) {
            if (at > 0 && isWord(bytes[at - 1])) {
                continue;
            }
            String reference = NamedReference.at(bytes, at + REFERENCE.length());
            if (reference != null) {
                references.add(reference);
            }
        }
    }

    private static int indexOf(byte[] bytes, int from) {
        for (int i = from; i + REFERENCE.length() <= bytes.length; i++) {
            int n = 0;
            while (n < REFERENCE.length() && bytes[i + n] == REFERENCE.charAt(n)) {
                n++;
            }
            if (n == REFERENCE.length()) {
                return i;
            }
        }
        return -1;
    }

    private static boolean isWord(byte b) {
        return b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b == '_' || b == '-' || b == '.';
    }
}
