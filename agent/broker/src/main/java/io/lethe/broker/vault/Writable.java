package io.lethe.broker.vault;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whether the user of this process can change a file: by writing it, by owning it (an owner gives himself the right), or by
 * putting another one in its place, for which a folder above it is enough, or a folder that holds a link on the way. What the
 * kernel answers decides (access(2)), so groups and ACLs count.
 *
 * <p>Loaded by the agent loader and the command line's. Immutable; looks anew at each call. What cannot be looked at counts as
 * something that can be changed.
 */
final class Writable {

    private static final int MAX_LINKS = 40;
    private static final int STICKY = 01000;
    private static final String OWNER_AND_MODE = "unix:uid,mode";

    private final int uid;

    /** @param uid of this process; -1 where it is not known */
    Writable(int uid) {
        this.uid = uid;
    }

    /** How this user can change the file or folder at this path, after "this process's user"; null where it cannot. */
    @Nullable
    String how(Path path) {
        return how(path, false);
    }

    /**
     * The same for a folder that this user is meant to make files in: as long as it can take away nobody else's, as in a folder
     * of another owner with the sticky bit, that alone is no way to change it.
     */
    @Nullable
    String howIfShared(Path folder) {
        return how(folder, true);
    }

    private @Nullable String how(Path path, boolean shared) {
        if (uid == 0) {
            return "is root";
        }
        if (uid < 0) {
            return "has an id that cannot be found out";
        }
        try {
            return walk(path.toAbsolutePath(), shared);
        } catch (IOException | RuntimeException e) {
            return "may have ways to it that cannot be looked at (" + e + ")";
        }
    }

    private @Nullable String walk(Path path, boolean shared) throws IOException {
        Path at = path.getRoot();
        Deque<Path> rest = new ArrayDeque<>();
        push(rest, path);
        int links = 0;
        while (!rest.isEmpty()) {
            String name = rest.pop().toString();
            if (name.equals("..")) {
                at = at.getParent() == null ? at : at.getParent();
                continue;
            }
            if (name.isEmpty() || name.equals(".")) {
                continue;
            }
            Path entry = at.resolve(name);
            Map<String, Object> attributes;
            try {
                attributes = attributes(entry);
            } catch (NoSuchFileException e) {
                return Files.isWritable(at) || owner(attributes(at)) == uid ? "can make " + entry : null;
            }
            String how = folder(at, owner(attributes));
            if (how != null) {
                return how;
            }
            if (Files.isSymbolicLink(entry)) {
                if (++links > MAX_LINKS) {
                    throw new IOException("too many links");
                }
                Path target = Files.readSymbolicLink(entry);
                at = target.isAbsolute() ? target.getRoot() : at;
                push(rest, target);
            } else {
                at = entry;
            }
        }
        if (owner(attributes(at)) == uid) {
            return "owns " + at;
        }
        if (shared && Files.isDirectory(at)) {
            String how = folder(at, -1);
            return how == null ? null : how + ", and may take away what others wrote there (chmod +t it)";
        }
        return Files.isWritable(at) ? "may write " + at : null;
    }

    private static void push(Deque<Path> rest, Path path) {
        for (int i = path.getNameCount() - 1; i >= 0; i--) {
            rest.push(path.getName(i));
        }
    }

    /** How an entry of this owner can be replaced in a folder; -1 is anybody else. */
    private @Nullable String folder(Path folder, int owner) throws IOException {
        Map<String, Object> attributes = attributes(folder);
        if (owner(attributes) == uid) {
            return "owns the folder " + folder;
        }
        Object mode = attributes.get("mode");
        boolean sticky = mode instanceof Integer && ((Integer) mode & STICKY) != 0;
        return Files.isWritable(folder) && !(sticky && owner != uid) ? "may write the folder " + folder : null;
    }

    private static Map<String, Object> attributes(Path path) throws IOException {
        return Files.readAttributes(path, OWNER_AND_MODE, LinkOption.NOFOLLOW_LINKS);
    }

    private static int owner(Map<String, Object> attributes) {
        Object owner = attributes.get("uid");
        return owner instanceof Integer ? (Integer) owner : -1;
    }
}
