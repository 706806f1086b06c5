package io.lethe.http;

import io.lethe.weave.Answer;
import io.lethe.weave.Recognition;
import io.lethe.weave.Scope;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Jetty's senders, which put one request after another onto a connection. A request is armed before its sender looks at it; one
 * that is refused fails as if it could not have been sent, through the sender's own callback.
 *
 * <p>Loaded by the agent loader. Thread-safe: what is being sent belongs to the thread. A sender runs on the thread that sends
 * or on one of the client's, which does not wait long; what these would wait for is asked on the thread that blocks until the
 * response is there.
 */
final class JettyRequests {

    /** What a sender speaks. */
    enum Kind {
        HTTP_1(HttpClasses.JETTY_GENERATOR),
        HTTP_2(HttpClasses.JETTY_FRAME, HttpClasses.JETTY_HPACK),
        OTHER;

        /** The classes that must be hooked, too. */
        private final String[] needed;

        Kind(String... needed) {
            this.needed = needed;
        }
    }

    /** One request in its sender, on this thread. */
    private static final class Turn {

        final @Nullable Turn outer;
        final @Nullable JettyHead head;

        Turn(@Nullable Turn outer, @Nullable JettyHead head) {
            this.outer = outer;
            this.head = head;
        }
    }

    private final Http http;
    final JettyMembers members;
    private final ThreadLocal<Turn> current = new ThreadLocal<>();
    /** Set while a thread of the application's waits for a response anyway. */
    private final ThreadLocal<Boolean> blocking = new ThreadLocal<>();

    JettyRequests(Http http) {
        this.http = http;
        this.members = new JettyMembers(new Members(http.recognition()));
    }

    /** The request that this thread's sender is sending, if it was armed. */
    @Nullable
    JettyHead head() {
        Turn turn = current.get();
        return turn == null ? null : turn.head;
    }

    /** Around the {@code send} that waits for the response. */
    Scope blocking() {
        return new Scope() {
            @Override
            public @Nullable Object[] enter(@Nullable Object[] arguments) {
                blocking.set(Boolean.TRUE);
                try {
                    Object request = arguments[0];
                    if (request != null) {
                        ahead(request);
                    }
                } catch (IOException | ReflectiveOperationException | RuntimeException | LinkageError e) {
                    // Whoever sends will meet the same and can tell the application.
                }
                return arguments;
            }

            @Override
            public void returned() {
                blocking.remove();
            }

            @Override
            public @Nullable Object @Nullable [] failed(Throwable thrown) {
                blocking.remove();
                return null;
            }
        };
    }

    private void ahead(Object request) throws IOException, ReflectiveOperationException {
        for (Object field : members.fields(request)) {
            String value = members.value(field);
            if (value != null && Arming.concerns(value)) {
                new Arming(
                                http,
                                members.meant(request),
                                members.method(request),
                                members.target(request),
                                Arming.PATIENT)
                        .unarmed()
                        .ahead(members.name(field), value);
            }
        }
    }

    /** In place of {@code sendHeaders} where the request is refused; where it is not, one {@link #sending} follows. */
    Answer arming(Kind kind) {
        return new Answer() {
            @Override
            public @Nullable Object answer(@Nullable Object[] arguments) throws ReflectiveOperationException {
                Object sender = arguments[0];
                Object exchange = arguments[1];
                Object callback = arguments[arguments.length - 1];
                JettyHead head = null;
                boolean involved = false;
                try {
                    if (sender != null && exchange != null) {
                        Object request = members.request(exchange);
                        involved = members.concerned(members.fields(request))
                                || Arming.concernsUrl(members.target(request));
                        head = involved ? armed(kind, sender, request) : null;
                    }
                } catch (IOException | ReflectiveOperationException | RuntimeException | LinkageError e) {
                    if (involved && callback != null) {
                        IOException refusal = e instanceof IOException ? (IOException) e : Careful.involved(e);
                        members.fail(callback, refusal);
                        return Boolean.TRUE;
                    }
                    Careful.report(e);
                }
                current.set(new Turn(current.get(), head));
                return null;
            }
        };
    }

    /** Around {@code sendHeaders} where {@link #arming} let it go on. */
    Scope sending() {
        return new Scope() {
            @Override
            public @Nullable Object[] enter(@Nullable Object[] arguments) {
                return arguments;
            }

            @Override
            public void returned() {
                end();
            }

            @Override
            public @Nullable Object @Nullable [] failed(Throwable thrown) {
                JettyHead head = end();
                if (head != null) {
                    head.arming.abandon();
                }
                return null;
            }
        };
    }

    private @Nullable JettyHead end() {
        Turn turn = current.get();
        if (turn == null || turn.outer == null) {
            current.remove();
        } else {
            current.set(turn.outer);
        }
        return turn == null ? null : turn.head;
    }

    private JettyHead armed(Kind kind, Object sender, Object request) throws IOException, ReflectiveOperationException {
        requireHooks(kind, sender.getClass());
        boolean http2 = kind == Kind.HTTP_2;
        String target = members.target(request);
        Destination where = members.destination(sender, http2);
        Arming arming = new Arming(
                http,
                where,
                members.method(request),
                target,
                blocking.get() != null ? Arming.PATIENT : http.hasty(where));
        JettyHead head = new JettyHead(arming);
        try {
            String path = Arming.concernsUrl(target) ? arming.requestTarget() : target;
            if (!path.equals(target)) {
                head.replaceTarget(target, path);
            }
            // The four that begin with a colon; their names take less.
            int bytes = Arming.size("", path) + Arming.size("", members.host(request)) + 128;
            for (Object field : members.fields(request)) {
                String value = members.value(field);
                String sent = value;
                if (value != null && Arming.concerns(value)) {
                    sent = arming.header(http2 ? members.name(field) : members.spelling(field), value);
                    head.put(field, sent.equals(value) ? field : members.copy(field, sent));
                }
                bytes += Arming.size(members.name(field), sent == null ? "" : sent);
            }
            arming.requireOneFrame(bytes);
            return head;
        } catch (IOException | ReflectiveOperationException | RuntimeException e) {
            arming.abandon();
            throw e;
        }
    }

    private void requireHooks(Kind kind, Class<?> sender) throws IOException {
        if (kind == Kind.OTHER) {
            throw new IOException("lethe: a reference in a request through " + sender.getSimpleName()
                    + " is refused: neither HTTP/3 nor FastCGI has a sink; use HTTP/1.1 or HTTP/2");
        }
        for (String name : kind.needed) {
            String binary = name.replace('/', '.');
            String obstacle = http.recognition().obstacle(binary, sender.getClassLoader());
            if (obstacle != null) {
                throw unknown(binary, obstacle);
            }
        }
    }

    private static IOException unknown(String name, String obstacle) {
        return new IOException("lethe: this version of Jetty is not known (" + name + ": " + obstacle
                + "); a reference in a request is refused");
    }

    /** A request over HTTP/2 that no sender armed: there is none, unless it is one that is not known. */
    void requireSender(@Nullable ClassLoader loader) throws IOException {
        for (String name : HttpClasses.JETTY_2) {
            String binary = name.replace('/', '.');
            String obstacle = http.recognition().obstacle(binary, loader);
            if (obstacle != null && !obstacle.equals(Recognition.ABSENT)) {
                throw unknown(binary, obstacle);
            }
        }
    }

    /**
     * A request over HTTP/2 that no sender made, as applications of Jetty's low-level client do: nothing says where it goes. What no
     * grant names stays text: a server that pushes writes such requests, too.
     */
    void refuseUnarmed(Object data) throws IOException, ReflectiveOperationException {
        String why =
                "in a request of Jetty's HTTP/2 that none of HttpClient's senders made; send it through HttpClient";
        Destination said = members.said(data);
        String path = members.pathOf(data);
        Arming arming = new Arming(http, said, members.method(data), path == null ? "/" : path, http.hasty(said));
        if (path != null && Arming.concernsUrl(path)) {
            arming.unarmed().url(path);
        }
        for (Object field : (Iterable<?>) data) {
            String value = members.value(field);
            if (value != null && Arming.concerns(value)) {
                arming.unarmed().refuseHeader(members.name(field), value, why);
            }
        }
    }

    /** An encoder has written this value as one that is never indexed. */
    void written(String value) {
        http.neverIndexed().take(value);
    }
}
