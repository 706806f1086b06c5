package io.lethe.broker;

import io.lethe.broker.digest.Sha256;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UnsupportedEncodingException;
import java.net.URL;
import java.net.URLDecoder;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * Where a class was loaded from, as its code source says it: a folder, a jar, or a jar in an archive ({@code jar:file:/a.jar!/},
 * {@code jar:nested:/a.jar/!BOOT-INF/lib/b.jar!/}, {@code vfs:/content/a.war/...}). There is one for each place, so that a jar
 * is digested once for each JVM: what is compared is the file as it lay there then.
 *
 * <p>Loaded by the agent loader. Thread-safe.
 */
final class CodePlace {

    private static final String[] SCHEMES = {"jar:", "nested:", "war:", "file:", "vfs:"};
    /** Where the code of an application lies in its archive or folder. */
    private static final String[] INSIDE = {"/WEB-INF/", "/APP-INF/", "/BOOT-INF/"};

    private static final int MAX_KNOWN = 256;
    private static final Map<String, CodePlace> KNOWN = new ConcurrentHashMap<>();

    private final String path;
    private final @Nullable String entry;
    /** Set last: who sees it does not wait for the digest. */
    private volatile boolean digested;

    private @Nullable String sha256;

    private CodePlace(String path, @Nullable String entry) {
        this.path = path;
        this.entry = entry;
    }

    static CodePlace of(URL location) {
        String text = location.toExternalForm();
        CodePlace known = KNOWN.get(text);
        if (known == null) {
            if (KNOWN.size() >= MAX_KNOWN) {
                KNOWN.clear();
            }
            known = parse(text);
            CodePlace raced = KNOWN.putIfAbsent(text, known);
            known = raced == null ? known : raced;
        }
        return known;
    }

    private static CodePlace parse(String text) {
        String rest = text;
        for (String scheme : SCHEMES) {
            rest = rest.startsWith(scheme) ? rest.substring(scheme.length()) : rest;
        }
        while (rest.startsWith("//")) {
            rest = rest.substring(1);
        }
        rest = decoded(rest);
        int cut = -1;
        for (String mark : new String[] {"!/", "/!", "*/", "^/"}) {
            int at = rest.indexOf(mark);
            cut = at >= 0 && (cut < 0 || at < cut) ? at : cut;
        }
        String entry = cut < 0 ? "" : rest.substring(cut + 2);
        while (entry.endsWith("/") || entry.endsWith("!")) {
            entry = entry.substring(0, entry.length() - 1);
        }
        return new CodePlace(trimmed(cut < 0 ? rest : rest.substring(0, cut)), entry.isEmpty() ? null : entry);
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), "UTF-8");
        } catch (IllegalArgumentException | UnsupportedEncodingException e) {
            return text;
        }
    }

    private static String trimmed(String path) {
        return path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    /** The deployment that it is a part of: the folder or archive around it; else the place itself. */
    String deployment() {
        String folder = path + "/";
        for (String inside : INSIDE) {
            int at = folder.indexOf(inside);
            if (at > 0) {
                return folder.substring(0, at);
            }
        }
        return path;
    }

    /** Whether it says by itself what deployment it belongs to. */
    boolean isInDeployment() {
        return entry != null || !deployment().equals(path);
    }

    /** The digest of the jar, made once; null where it is no jar or cannot be read. */
    @Nullable
    synchronized String sha256() {
        if (!digested) {
            try {
                sha256 = digest();
            } catch (IOException | RuntimeException e) {
                // A grant that asks for it denies, and says that it is not known.
                sha256 = null;
            }
            digested = true;
        }
        return sha256;
    }

    boolean isDigested() {
        return digested;
    }

    private @Nullable String digest() throws IOException {
        File file = new File(path);
        if (!file.isFile()) {
            return null;
        }
        if (entry == null) {
            try (InputStream in = new FileInputStream(file)) {
                return Sha256.hex(in);
            }
        }
        try (ZipFile archive = new ZipFile(file)) {
            ZipEntry found = archive.getEntry(entry);
            if (found == null || found.isDirectory()) {
                return null;
            }
            try (InputStream in = archive.getInputStream(found)) {
                return Sha256.hex(in);
            }
        }
    }

    @Override
    public String toString() {
        return entry == null ? path : path + "!/" + entry;
    }
}
