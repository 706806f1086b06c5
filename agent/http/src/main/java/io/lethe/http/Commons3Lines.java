package io.lethe.http;

import io.lethe.weave.Scope;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * What {@code HttpConnection.print} of Commons HttpClient 3 is given: {@code Name: value} with its line end, as {@code
 * Header.toExternalForm} makes it.
 *
 * <p>Loaded by the agent loader. Thread-safe.
 */
final class Commons3Lines implements Scope {

    private static final String END = "\r\n";

    private final Http http;
    private final Members members;
    private final ThreadLocal<Commons3Head> current;

    private final ClassValue<Commons3Methods> methods = new ClassValue<Commons3Methods>() {
        @Override
        protected Commons3Methods computeValue(Class<?> connection) {
            try {
                return new Commons3Methods(connection.getClassLoader());
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }
    };

    Commons3Lines(Http http, ThreadLocal<Commons3Head> current) {
        this.http = http;
        this.members = new Members(http.recognition());
        this.current = current;
    }

    @Override
    public @Nullable Object[] enter(@Nullable Object[] arguments) throws Throwable {
        Object connection = arguments[0];
        String line = (String) arguments[1];
        if (connection == null || line == null) {
            return arguments;
        }
        Commons3Head head = current.get();
        if (head != null && head.asks) {
            head.asks = false;
            http.tunnels().ask(members.call(connection, "getSocket"), head.target);
        }
        if (head != null && !head.begun) {
            // The request line: what is refused now leaves nothing in the connection's buffer, which closing
            // flushes.
            head.begun = true;
            String[] words = line.split(" ", 3);
            head.target = words.length < 2 ? "/" : words[1];
            if (Arming.concernsUrl(head.target)) {
                markTarget(connection, head, line);
            }
            markForm(connection, head, methods.get(connection.getClass()));
            for (String header : methods.get(connection.getClass()).headers(head.method)) {
                if (concerns(header)) {
                    head.marked
                            .computeIfAbsent(header, same -> new ArrayDeque<>(1))
                            .add(mark(connection, head, header));
                }
            }
        }
        Deque<String> known = head == null ? null : head.marked.get(line);
        if (known == null && !concerns(line)) {
            return arguments;
        }
        @Nullable Object[] changed = arguments.clone();
        changed[1] = known == null || known.isEmpty() ? mark(connection, head, line) : known.remove();
        return changed;
    }

    private static boolean concerns(String line) {
        int colon = line.indexOf(": ");
        // A request line has a blank before any colon.
        return colon >= 1
                && line.indexOf(' ') > colon
                && line.endsWith(END)
                && Arming.concerns(line.substring(colon + 2, line.length() - END.length()));
    }

    private void markTarget(Object connection, Commons3Head head, String line) throws IOException {
        try {
            String sent = arming(connection, head).requestTarget();
            if (!sent.equals(head.target)) {
                int at = line.indexOf(' ') + 1;
                String marked = line.substring(0, at) + sent + line.substring(at + head.target.length());
                head.marked.put(line, new ArrayDeque<>(Arrays.asList(marked)));
            }
        } catch (IOException e) {
            throw ApacheHeads.notRetried(e);
        } catch (ReflectiveOperationException | RuntimeException fault) {
            throw new Careful.Involved(fault);
        }
    }

    private void markForm(Object connection, Commons3Head head, Commons3Methods of) throws IOException {
        byte[] form = of.form(head.method);
        if (form == null || !Forms.concernsForm(form)) {
            return;
        }
        try {
            String obstacle = http.recognition()
                    .obstacle(
                            Commons3.WITH_BODY.replace('/', '.'),
                            connection.getClass().getClassLoader());
            if (obstacle != null) {
                throw new IOException("lethe: this client is not recognised, so no reference is sent: " + obstacle);
            }
            byte[] sent = arming(connection, head).form(form);
            if (sent != form) {
                // The method adds this header when its request line is written.
                head.lengthLine = of.lengthLine(head.method, form.length);
                head.body = sent;
                head.marked.put(
                        head.lengthLine, new ArrayDeque<>(Arrays.asList("Content-Length: " + sent.length + END)));
            }
        } catch (IOException e) {
            throw ApacheHeads.notRetried(e);
        } catch (ReflectiveOperationException | RuntimeException fault) {
            throw new Careful.Involved(fault);
        }
    }

    /** The line with markers. */
    private String mark(Object connection, @Nullable Commons3Head head, String line) throws IOException {
        try {
            if (head == null) {
                throw new IOException("lethe: a header with a reference is written by a method that is not one of "
                        + "the client's own; it goes no further");
            }
            int colon = line.indexOf(": ");
            String name = line.substring(0, colon);
            String value = line.substring(colon + 2, line.length() - END.length());
            return name + ": " + arming(connection, head).header(name, value) + END;
        } catch (IOException e) {
            throw ApacheHeads.notRetried(e);
        } catch (Throwable fault) {
            throw new Careful.Involved(fault);
        }
    }

    private Arming arming(Object connection, Commons3Head head) throws IOException, ReflectiveOperationException {
        Arming arming = head.arming;
        if (arming == null) {
            arming = new Arming(
                    http,
                    http.tunnels().destination(members.call(connection, "getSocket")),
                    members.text(head.method, "getName"),
                    head.target,
                    Arming.PATIENT);
            head.arming = arming;
        }
        return arming;
    }

    @Override
    public void returned() {}

    @Override
    public @Nullable Object @Nullable [] failed(Throwable thrown) {
        return null;
    }
}
