package io.lethe.http;

import io.lethe.weave.Scope;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Around the {@code writeHeaders} of an HPACK writer that indexes all that it writes: it is given the fields without
 * markers, and the others are written behind them, never indexed. The writers of OkHttp and of gRPC over OkHttp are such.
 *
 * <p>Loaded by the agent loader. Thread-safe. Fields of different names have no order (RFC 9110, 5.3), and none of ours begins with
 * a colon.
 */
final class HpackWriter implements Scope {

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
    private final ThreadLocal<Pending> current = new ThreadLocal<>();

    HpackWriter(Http http, Members members) {
        this.http = http;
        this.members = members;
    }

    @Override
    public @Nullable Object[] enter(@Nullable Object[] arguments) throws Throwable {
        Object writer = arguments[0];
        if (http.neverIndexed().isEmpty() || writer == null || !(arguments[1] instanceof List)) {
            return arguments;
        }
        Pending pending = new Pending(writer);
        List<Object> others = new ArrayList<>();
        for (Object field : (List<?>) arguments[1]) {
            String value = members.text(members.field(field, "value"), "utf8");
            if (http.neverIndexed().take(value)) {
                String name = members.text(members.field(field, "name"), "utf8");
                pending.fields.add(Before.neverIndexedField(name, value));
            } else {
                others.add(field);
            }
        }
        if (pending.fields.isEmpty()) {
            return arguments;
        }
        current.set(pending);
        return Entering.with(arguments, 1, others);
    }

    @Override
    public void returned() throws ReflectiveOperationException {
        Pending pending = end();
        if (pending != null) {
            Object out = members.field(pending.writer, "out");
            for (byte[] field : pending.fields) {
                members.method(out.getClass(), "write", byte[].class).invoke(out, (Object) field);
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
