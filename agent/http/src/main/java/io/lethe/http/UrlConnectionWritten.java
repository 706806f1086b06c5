package io.lethe.http;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The values that were replaced in one header object of {@code HttpURLConnection}.
 *
 * <p>Loaded by the agent loader. One thread. Holds references and markers, no secret.
 */
final class UrlConnectionWritten {

    private final UrlConnectionAccess fields;
    private final Object head;
    final Arming arming;
    private final List<@Nullable String[]> before = new ArrayList<>(1);
    private final List<Integer> indexes = new ArrayList<>(1);
    private @Nullable Object client;
    private @Nullable Object poster;

    UrlConnectionWritten(UrlConnectionAccess fields, Object head, Arming arming) {
        this.fields = fields;
        this.head = head;
        this.arming = arming;
    }

    void replace(int index, @Nullable String name, @Nullable String value, String sent)
            throws ReflectiveOperationException {
        if (!sent.equals(value)) {
            before.add(new @Nullable String[] {name, value});
            indexes.add(index);
            fields.set(head, index, name, sent);
        }
    }

    /** The request line: a header with a name only. */
    void replaceLine(String line) throws IOException, ReflectiveOperationException {
        int first = line.indexOf(' ');
        int last = line.lastIndexOf(' ');
        if (first < last) {
            String sent = line.substring(0, first + 1) + arming.requestTarget() + line.substring(last);
            before.add(new @Nullable String[] {line, null});
            indexes.add(0);
            fields.set(head, 0, sent, null);
        }
    }

    /** A form in memory and the header that says its length. */
    Object replaceForm(Object client, @Nullable Object poster, byte[] body)
            throws IOException, ReflectiveOperationException {
        byte[] sent = arming.form(body);
        if (sent.length != body.length) {
            for (int i = 1; fields.key(head, i) != null; i++) {
                String name = fields.key(head, i);
                if ("Content-Length".equalsIgnoreCase(name)) {
                    replace(i, "Content-Length", fields.value(head, i), String.valueOf(sent.length));
                }
            }
        }
        this.client = client;
        this.poster = poster;
        return fields.poster(sent);
    }

    void putBack() throws ReflectiveOperationException {
        if (client != null) {
            fields.setPoster(client, poster);
            client = null;
        }
        for (int i = 0; i < indexes.size(); i++) {
            fields.set(head, indexes.get(i), before.get(i)[0], before.get(i)[1]);
        }
        indexes.clear();
        before.clear();
    }
}
