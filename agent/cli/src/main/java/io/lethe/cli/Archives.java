package io.lethe.cli;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * Reads jars, the jars inside of wars, ears and Spring Boot's, and folders of both, without unpacking anything. What lies in one
 * jar, or in one folder, is one {@link Archive}. Used by one thread.
 */
final class Archives {

    private static final int MAX_DEPTH = 4;
    static final int MAX_FILE = 16 << 20;
    private static final int MAX_SETTINGS = 1 << 20;
    /** They are read in memory. */
    private static final int MAX_NESTED = 256 << 20;

    private static final String[] ARCHIVES = {".jar", ".war", ".ear", ".rar", ".zip"};
    private static final String[] SETTINGS = {
        ".properties", ".yml", ".yaml", ".xml", ".json", ".conf", ".cfg", ".ini", ".env", ".toml"
    };

    private final Set<String> wanted;
    private final Bounds bounds;
    private final List<Archive> read = new ArrayList<>();

    /**
     * @param wanted internal names of the classes whose files are kept
     * @param bounds of all that is read
     */
    Archives(Set<String> wanted, Bounds bounds) {
        this.wanted = wanted;
        this.bounds = bounds;
    }

    /** Those that held anything of interest are to be asked; the others say nothing. */
    List<Archive> read() {
        return Collections.unmodifiableList(read);
    }

    static boolean isArchive(String name) {
        return endsWithAny(name, ARCHIVES);
    }

    /** @throws CliException where it cannot be read at all */
    void read(Path path) throws CliException {
        try {
            if (Files.isDirectory(path)) {
                readFolder(path);
            } else if (!Files.isRegularFile(path)) {
                throw CliException.failed(path + " is no regular file");
            } else {
                readFile(path, path.toString());
            }
        } catch (Bounds.Reached e) {
            // No archive more would be begun.
            Archive rest = new Archive(path.toString(), wanted);
            rest.trouble(String.valueOf(e.getMessage()));
            read.add(rest);
        } catch (IOException e) {
            throw CliException.failed(path + " cannot be read (" + e + ")");
        }
    }

    private void readFolder(Path folder) throws IOException {
        Archive classes = begin(folder.toString());
        Files.walkFileTree(
                folder, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, new SimpleFileVisitor<Path>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                        String name = folder.relativize(file).toString().replace(File.separatorChar, '/');
                        bounds.entry();
                        if (!attributes.isRegularFile()) {
                            // To open a named pipe is to wait for whoever writes to it.
                            if (isArchive(name) || isWanted(name)) {
                                classes.trouble(name + " is no regular file");
                            }
                        } else if (isArchive(name)) {
                            try {
                                readFile(file, file.toString());
                            } catch (Bounds.Reached e) {
                                throw e;
                            } catch (IOException e) {
                                begin(file.toString()).trouble("it cannot be read (" + e.getMessage() + ")");
                            }
                        } else if (isWanted(name)) {
                            try (InputStream in = Files.newInputStream(file)) {
                                add(classes, name, in);
                            }
                        }
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException e) {
                        classes.trouble(file + " cannot be read (" + e + ")");
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    /** By its central directory, which stands at the end: Spring Boot's executable jars begin with a script. */
    private void readFile(Path file, String where) throws IOException {
        Archive archive = begin(where);
        try (ZipFile zip = new ZipFile(file.toFile())) {
            Enumeration<? extends ZipEntry> entries = zip.entries();
            while (entries.hasMoreElements()) {
                ZipEntry entry = entries.nextElement();
                bounds.entry();
                try (InputStream in = zip.getInputStream(entry)) {
                    addEntry(archive, entry.getName(), in, 1);
                }
            }
        } catch (IllegalArgumentException e) {
            // JDK 8, of a name that is not UTF-8; later ones throw a ZipException.
            archive.trouble("it cannot be read (" + e.getMessage() + ")");
        }
    }

    private void addEntry(Archive archive, String name, InputStream in, int depth) throws IOException {
        if (isArchive(name)) {
            Archive nested = begin(archive.where + "!/" + name);
            if (depth == MAX_DEPTH) {
                nested.trouble("it lies too deep in other archives");
                return;
            }
            try {
                readNested(nested, in, depth);
            } catch (Bounds.Reached e) {
                throw e;
            } catch (IOException | IllegalArgumentException e) {
                nested.trouble("it cannot be read (" + e.getMessage() + ")");
            }
        } else if (isWanted(name)) {
            add(archive, name, in);
        }
    }

    private void readNested(Archive archive, InputStream in, int depth) throws IOException {
        byte[] bytes = read(in, MAX_NESTED);
        if (bytes == null) {
            archive.trouble("it is larger than 256 MiB: check it alone");
            return;
        }
        NestedZip zip = new NestedZip(bytes);
        if (zip.entries().isEmpty()) {
            archive.trouble("it is empty or no archive");
        }
        for (NestedZip.Entry entry : zip.entries()) {
            bounds.entry();
            if (isArchive(entry.name) || isWanted(entry.name)) {
                try (InputStream file = zip.open(entry)) {
                    addEntry(archive, entry.name, file, depth + 1);
                }
            }
        }
    }

    private Archive begin(String where) throws Bounds.Reached {
        bounds.archive();
        Archive archive = new Archive(where, wanted);
        read.add(archive);
        return archive;
    }

    private static boolean isWanted(String name) {
        return name.endsWith(".class") || name.equals("META-INF/MANIFEST.MF") || endsWithAny(name, SETTINGS);
    }

    private void add(Archive archive, String name, InputStream in) throws IOException {
        boolean settings = endsWithAny(name, SETTINGS);
        byte[] bytes = read(in, settings ? MAX_SETTINGS : MAX_FILE);
        if (bytes == null) {
            archive.trouble(name + " is too large" + (settings ? " to be searched for references" : ""));
        } else if (bytes.length > 0) {
            archive.add(name, bytes);
        } else if (!settings) {
            archive.trouble(name + " is empty");
        }
    }

    private byte @Nullable [] read(InputStream in, int most) throws IOException {
        byte[] bytes = bytes(in, (int) Math.min(most, bounds.left() + 1));
        bounds.read(bytes == null ? Math.min(most, bounds.left() + 1) : bytes.length);
        return bytes;
    }

    /** Null where there is more than that. */
    static byte @Nullable [] bytes(InputStream in, int most) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        for (int n = in.read(buffer); n > 0; n = in.read(buffer)) {
            if (out.size() + n > most) {
                return null;
            }
            out.write(buffer, 0, n);
        }
        return out.toByteArray();
    }

    private static boolean endsWithAny(String name, String[] ends) {
        String lower = name.toLowerCase(Locale.ROOT);
        for (String end : ends) {
            if (lower.endsWith(end)) {
                return true;
            }
        }
        return false;
    }
}
