package io.lethe.http;

import java.util.ArrayList;
import java.util.List;

/**
 * A list of fields on its way through an HPACK writer that would index all of them: the writer is given those without markers, and
 * the others are written behind them, never indexed. The writers of OkHttp and of gRPC over OkHttp are such.
 *
 * <p>Loaded by the agent loader. One thread. Fields of different names have no order (RFC 9110, 5.3), and none of ours begins with
 * a colon.
 */
final class HpackList {

    private final Members members;
    private final Object writer;
    private final List<Object> others = new ArrayList<>();
    private final List<byte[]> ours = new ArrayList<>(1);

    HpackList(Members members, Sending fields, Object writer, List<?> all) throws ReflectiveOperationException {
        this.members = members;
        this.writer = writer;
        for (Object field : all) {
            String name = members.text(members.field(field, "name"), "utf8");
            String sent = fields.take(name, members.text(members.field(field, "value"), "utf8"));
            if (sent == null) {
                others.add(field);
            } else {
                ours.add(Before.neverIndexedField(name, sent));
            }
        }
    }

    /** What the writer itself is to write. */
    List<Object> others() {
        return others;
    }

    /** Writes the rest to where the writer has written. */
    void append() throws ReflectiveOperationException {
        Object out = members.field(writer, "out");
        for (byte[] field : ours) {
            members.method(out.getClass(), "write", byte[].class).invoke(out, (Object) field);
        }
    }
}
