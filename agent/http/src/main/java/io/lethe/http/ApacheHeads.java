package io.lethe.http;

import io.lethe.weave.Recognition;
import io.lethe.weave.Scope;
import java.io.IOException;
import java.util.Arrays;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/**
 * What Apache's clients have in common for HTTP/1.1: a connection takes a request and gives its head to a writer, which puts it
 * into bytes. The connection's scope arms; the markers stand in a copy of the request, which the writer is given, so that what logs
 * or counts before and after sees references. A form has another entity in such a copy, for the connection that writes it.
 *
 * <p>Loaded by the agent loader. Thread-safe: what is open belongs to the thread.
 */
final class ApacheHeads {

    /** One kind of connection. */
    interface Kind {

        ApacheMessages messages(ClassLoader loader) throws ReflectiveOperationException;

        /** Where a connection leads. */
        Destination destination(Object connection) throws IOException, ReflectiveOperationException;

        /** What asks for a tunnel: the socket of a blocking connection, the channel or engine of others. */
        default @Nullable Object end(Object connection) throws ReflectiveOperationException {
            try {
                return Tunnels.end(destination(connection));
            } catch (IOException e) {
                // Then no reference goes there.
                return null;
            }
        }

        /** The field of a connection that holds what writes its requests' heads. */
        String writer();

        /** The internal name of the class whose {@code write} does. */
        String writerClass();

        /** How long its thread may wait, but for {@link Http#hasty}; {@link Arming#PATIENT} means that it is the application's. */
        long patience();

        /** The target's {@code HttpHost} where an argument is one or has one. */
        @Nullable
        Object host(@Nullable Object argument) throws ReflectiveOperationException;
    }

    /** One head that is being sent with markers. */
    private static final class Head {

        /** What the connection hands to its writer. */
        final Object message;
        /** What says the same with markers. */
        final Object sent;

        final Arming arming;

        Head(Object message, Object sent, Arming arming) {
            this.message = message;
            this.sent = sent;
            this.arming = arming;
        }
    }

    private final Http http;
    private final Members members;
    private final Kind kind;
    private final ThreadLocal<Head> current = new ThreadLocal<>();
    private final ApacheBodies bodies;
    /** Set on the threads that were seen sending for an asynchronous client: they must not wait. */
    private final ThreadLocal<Boolean> loop = new ThreadLocal<>();

    private final ClassValue<ApacheMessages> messages = new ClassValue<ApacheMessages>() {
        @Override
        protected ApacheMessages computeValue(Class<?> type) {
            try {
                return kind.messages(type.getClassLoader());
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }
    };

    ApacheHeads(Http http, Kind kind, ApacheBodies bodies) {
        this.bodies = bodies;
        this.http = http;
        this.members = new Members(http.recognition());
        this.kind = kind;
    }

    /** Around a connection's method whose first parameter is the message. */
    Scope connection() {
        return Careful.scope(new Scope() {
            @Override
            public @Nullable Object[] enter(@Nullable Object[] arguments) throws Throwable {
                current.remove();
                if (kind.patience() < Arming.PATIENT) {
                    loop.set(Boolean.TRUE);
                }
                Object connection = arguments[0];
                Object message = arguments[1];
                if (connection != null && message != null) {
                    bodies.begin(connection, message);
                    Head head = arm(connection, message);
                    if (head != null) {
                        current.set(head);
                        return head.message == message ? arguments : Entering.with(arguments, 1, head.message);
                    }
                }
                return arguments;
            }

            @Override
            public void returned() {
                current.remove();
            }

            @Override
            public @Nullable Object @Nullable [] failed(Throwable thrown) {
                Head head = current.get();
                current.remove();
                if (head != null) {
                    head.arming.abandon();
                }
                return null;
            }
        });
    }

    private @Nullable Head arm(Object connection, Object message) throws Throwable {
        ApacheMessages of = messages.get(connection.getClass());
        if (!of.isRequest(message)) {
            return null;
        }
        Object[] headers = of.headers(message);
        Arming arming = null;
        boolean involved = false;
        try {
            Object[] sent = headers;
            String target = of.uri(message);
            String path = target;
            if (Tunnels.isAuthority(target) && of.method(message).equals(Tunnels.CONNECT)) {
                http.tunnels().ask(kind.end(connection), target);
            }
            if (Arming.concernsUrl(target)) {
                involved = true;
                arming = arming(of, connection, message, target);
                path = arming.requestTarget();
            }
            for (int i = 0; i < headers.length; i++) {
                String value = of.value(headers[i]);
                if (value == null || !Arming.concerns(value)) {
                    continue;
                }
                involved = true;
                if (arming == null) {
                    arming = arming(of, connection, message, target);
                }
                String name = of.name(headers[i]);
                String marked = arming.header(name, value);
                if (!marked.equals(value)) {
                    sent = sent == headers ? Arrays.copyOf(headers, headers.length) : sent;
                    sent[i] = of.header(name, marked);
                }
            }
            byte[] form = form(of, message, headers);
            byte[] body = null;
            if (form != null && Forms.concernsForm(form)) {
                involved = true;
                if (arming == null) {
                    arming = arming(of, connection, message, target);
                }
                String obstacle = bodies.obstacle(connection);
                if (obstacle != null) {
                    arming.unarmed().refuseForm(form, obstacle);
                } else {
                    byte[] armed = arming.form(form);
                    body = armed == form ? null : armed;
                }
            }
            if (arming == null) {
                return null;
            }
            if (body == null) {
                return new Head(message, of.copy(message, path, sent, null), arming);
            }
            Object copy = of.copy(message, path, withLength(of, sent.clone(), body.length), body);
            Object shown = bodies.inTheMessage()
                    ? of.copy(message, target, withLength(of, headers.clone(), body.length), body)
                    : message;
            bodies.send(connection, message, copy, body);
            return new Head(shown, copy, arming);
        } catch (Throwable e) {
            if (arming != null) {
                arming.abandon();
            }
            if (e instanceof IOException) {
                throw refusal((IOException) e);
            }
            throw involved ? new Careful.Involved(e) : e;
        }
    }

    /** The form that a request sends; null where there is none that can be read ahead. */
    private byte @Nullable [] form(ApacheMessages of, Object message, Object[] headers) {
        try {
            for (Object header : headers) {
                if (of.name(header).equalsIgnoreCase("Content-Type")) {
                    return Forms.isForm(of.value(header)) ? bodies.body(of, message) : null;
                }
            }
        } catch (ReflectiveOperationException | RuntimeException e) {
            // The application's own entity could not be read twice.
        }
        return null;
    }

    private static Object[] withLength(ApacheMessages of, Object[] headers, int length)
            throws ReflectiveOperationException {
        for (int i = 0; i < headers.length; i++) {
            if (of.name(headers[i]).equalsIgnoreCase("Content-Length")) {
                headers[i] = of.header(of.name(headers[i]), String.valueOf(length));
                return headers;
            }
        }
        // In chunks.
        return headers;
    }

    private Arming arming(ApacheMessages of, Object connection, Object message, String target)
            throws IOException, ReflectiveOperationException {
        requireWriter(connection);
        Destination where = kind.destination(connection);
        long wait = kind.patience() < Arming.PATIENT ? http.hasty(where) : kind.patience();
        return new Arming(http, where, of.method(message), target, wait);
    }

    private IOException refusal(IOException e) {
        return kind.patience() < Arming.PATIENT ? e : notRetried(e);
    }

    /** All these clients send again what failed with an exception that is not among a few: this one is in every version. */
    static IOException notRetried(IOException e) {
        return e instanceof SSLException ? e : (IOException) new SSLHandshakeException(e.getMessage()).initCause(e);
    }

    /** Around the writer's {@code write}, whose first parameter is the message. */
    Scope writer() {
        return Careful.scope(new Entering() {
            @Override
            public @Nullable Object[] enter(@Nullable Object[] arguments) throws Throwable {
                Object writer = arguments[0];
                Object message = arguments[1];
                Head head = current.get();
                if (head != null && head.message == message) {
                    return Entering.with(arguments, 1, head.sent);
                }
                if (writer != null && message != null) {
                    refuseStranger(messages.get(writer.getClass()), message);
                }
                return arguments;
            }
        });
    }

    /** Where an asynchronous client takes a request from the application's thread: what its event loop would have to wait for. */
    Scope ahead() {
        return new Scope() {
            @Override
            public @Nullable Object[] enter(@Nullable Object[] arguments) {
                Object client = arguments[0];
                if (client != null && loop.get() == null) {
                    try {
                        ask(messages.get(client.getClass()), arguments);
                    } catch (IOException | ReflectiveOperationException | RuntimeException | LinkageError e) {
                        // Whoever sends will meet the same and can tell the application.
                    }
                }
                return arguments;
            }

            @Override
            public void returned() {}

            @Override
            public @Nullable Object @Nullable [] failed(Throwable thrown) {
                return null;
            }
        };
    }

    private void ask(ApacheMessages of, @Nullable Object[] arguments) throws IOException, ReflectiveOperationException {
        Object host = null;
        Object request = null;
        for (int i = 1; i < arguments.length; i++) {
            Object argument = arguments[i];
            request = request == null && argument != null && of.isRequest(argument) ? argument : request;
            host = host == null ? kind.host(argument) : host;
        }
        if (request == null || host == null) {
            return;
        }
        for (Object header : of.headers(request)) {
            String value = of.value(header);
            if (value != null && Arming.concerns(value)) {
                Integer port = (Integer) members.call(host, "getPort");
                Destination where = new Destination(
                        String.valueOf(members.call(host, "getSchemeName")),
                        String.valueOf(members.call(host, "getHostName")),
                        port == null ? -1 : port,
                        null,
                        false);
                new Arming(http, where, of.method(request), of.uri(request), Arming.PATIENT)
                        .unarmed()
                        .ahead(of.name(header), value);
            }
        }
    }

    /** A request that came past the connections that are known. */
    private static void refuseStranger(ApacheMessages of, Object message)
            throws IOException, ReflectiveOperationException {
        if (!of.isRequest(message)) {
            return;
        }
        for (Object header : of.headers(message)) {
            if (Arming.concerns(of.value(header))) {
                throw new SSLException("lethe: the reference in " + of.name(header)
                        + " is sent by a connection that is not one of the client's own; it goes no further");
            }
        }
    }

    /** The writer must be one whose {@code write} is hooked. */
    private void requireWriter(Object connection) throws IOException, ReflectiveOperationException {
        Object writer = members.fieldIfThere(connection, kind.writer());
        Class<?> type = writer == null ? null : writer.getClass();
        while (type != null && !declaresWrite(type)) {
            type = type.getSuperclass();
        }
        String obstacle;
        if (type == null || !type.getName().replace('.', '/').equals(kind.writerClass())) {
            obstacle = "requests are written by " + (type == null ? "nothing" : type.getName());
        } else {
            Recognition recognition = http.recognition();
            obstacle = recognition.obstacle(type.getName(), type.getClassLoader());
        }
        if (obstacle != null) {
            throw new SSLException("lethe: this client is not recognised, so no reference is sent: " + obstacle);
        }
    }

    private static boolean declaresWrite(Class<?> type) {
        for (java.lang.reflect.Method method : type.getDeclaredMethods()) {
            if (method.getName().equals("write")) {
                return true;
            }
        }
        return false;
    }
}
