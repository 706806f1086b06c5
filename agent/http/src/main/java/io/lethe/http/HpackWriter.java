package io.lethe.http;

import io.lethe.weave.Scope;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Around the {@code writeHeaders} of an HPACK writer that indexes all that it writes: it is given the fields without
 * markers, and the others are written behind them, never indexed. The writers of OkHttp and of gRPC over OkHttp are such.
 *
 * <p>Loaded by the agent loader. Thread-safe. Fields of different names have no order (RFC 9110, 5.3) but for those that begin with
 * a colon: a path with a marker is written behind the others of these, before all the rest (RFC 9113, 8.3).
 */
class HpackWriter implements Scope {

    /** One list on its way, on this thread. */
    private static final class Pending {

        final Object writer;
        final List<byte[]> fields = new ArrayList<>(1);

        Pending(Object writer) {
            this.writer = writer;
        }
    }

    private final Http http;
    private final Members members;
    /** The class that arms before the list comes here, where nothing else makes sure of that. */
    private final @Nullable String first;

    private final ThreadLocal<Pending> current = new ThreadLocal<>();
    private volatile boolean unarmed;

    HpackWriter(Http http, Members members, @Nullable String first) {
        this.http = http;
        this.members = members;
        this.first = first;
    }

    /** The path with markers in place of the one that is about to be written on this thread; null where that one stays. */
    @Nullable
    String path() {
        return null;
    }

    /** What arms before could not: from now on a reference that comes here is refused. */
    void nothingIsArmed() {
        unarmed = true;
    }

    @Override
    public @Nullable Object[] enter(@Nullable Object[] arguments) throws Throwable {
        Object writer = arguments[0];
        if (writer == null || !(arguments[1] instanceof List)) {
            return arguments;
        }
        if (first != null) {
            requireArmed(first, writer, (List<?>) arguments[1]);
        }
        if (http.neverIndexed().isEmpty()) {
            return arguments;
        }
        Pending pending = new Pending(writer);
        List<Object> others = new ArrayList<>();
        String path = path();
        boolean ahead = path != null && http.neverIndexed().take(path);
        List<?> fields = (List<?>) arguments[1];
        if (ahead && path != null) {
            fields = behind(path, writer, fields);
        }
        for (Object field : fields) {
            String value = members.text(members.field(field, "value"), "utf8");
            if (http.neverIndexed().take(value)) {
                String name = members.text(members.field(field, "name"), "utf8");
                pending.fields.add(Before.neverIndexedField(name, value));
            } else {
                others.add(field);
            }
        }
        if (pending.fields.isEmpty()) {
            return ahead ? Entering.with(arguments, 1, fields) : arguments;
        }
        current.set(pending);
        return Entering.with(arguments, 1, others);
    }

    /** Writes the request line's fields with this path; returns the others, which come behind them. */
    private List<?> behind(String path, Object writer, List<?> fields) {
        try {
            List<Object> line = new ArrayList<>();
            List<Object> rest = new ArrayList<>();
            for (Object field : fields) {
                String name = members.text(members.field(field, "name"), "utf8");
                if (!name.startsWith(":")) {
                    rest.add(field);
                } else if (!name.equals(":path")) {
                    line.add(field);
                }
            }
            // By the writer itself, which may have to say first that its table has another size.
            members.method(writer.getClass(), "writeHeaders", List.class).invoke(writer, line);
            write(writer, Before.neverIndexedField(":path", path));
            return rest;
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw new Careful.Involved(e);
        }
    }

    private void write(Object writer, byte[] field) throws ReflectiveOperationException {
        Object out = members.field(writer, "out");
        members.method(out.getClass(), "write", byte[].class).invoke(out, (Object) field);
    }

    private void requireArmed(String armer, Object writer, List<?> fields)
            throws IOException, ReflectiveOperationException {
        for (Object field : fields) {
            if (Arming.concerns(members.text(members.field(field, "value"), "utf8"))) {
                String obstacle =
                        http.recognition().obstacle(armer, writer.getClass().getClassLoader());
                if (obstacle != null || unarmed) {
                    throw new IOException("lethe: this version of the client is not known (" + armer + ": " + obstacle
                            + "); a reference in a request is refused");
                }
            }
        }
    }

    @Override
    public void returned() throws ReflectiveOperationException {
        Pending pending = end();
        if (pending != null) {
            for (byte[] field : pending.fields) {
                write(pending.writer, field);
            }
        }
    }

    @Override
    public @Nullable Object @Nullable [] failed(Throwable thrown) {
        end();
        return null;
    }

    private @Nullable Pending end() {
        Pending pending = current.get();
        if (pending != null) {
            current.remove();
        }
        return pending;
    }
}
