package io.lethe.http;

import io.lethe.weave.Answer;
import io.lethe.weave.ClassPlan;
import io.lethe.weave.MethodHook;
import io.lethe.weave.Scope;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Method;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/**
 * Commons HttpClient 3.1: a method writes request line and headers one by one, as text, through the connection's
 * {@code print}, which gets the text with the marker; what the method logs and keeps is the reference.
 *
 * <p>3.0 is refused: see {@link Guard}.
 *
 * <p>Loaded by the agent loader. What is open belongs to the thread.
 */
final class Commons3 implements HttpStack {

    private static final String METHOD = HttpClasses.COMMONS_3[0];
    private static final String CONNECTION = HttpClasses.COMMONS_3[1];

    private static final String HEADER = HttpClasses.COMMONS_3[2];

    private static final String WITH_BODY = HttpClasses.COMMONS_3[3];

    private static final String STRING = "Ljava/lang/String;";

    @Override
    public List<ClassPlan> plans(Http http) {
        ThreadLocal<Head> current = new ThreadLocal<>();
        Members members = new Members(http.recognition());
        return Arrays.asList(
                new ClassPlan(METHOD)
                        .with(MethodHook.scope(http.sites(), "writeRequest", Careful.scope(new Heads(members, current)))
                                .descriptor("(Lorg/apache/commons/httpclient/HttpState;L" + CONNECTION + ";)V")),
                new ClassPlan(CONNECTION)
                        .with(MethodHook.enter(http.sites(), "print", Careful.scope(new Lines(http, current)))
                                .descriptor("(" + STRING + STRING + ")V")
                                .replacing(0)),
                new ClassPlan(WITH_BODY)
                        .with(MethodHook.answer(http.sites(), "writeRequestBody", new Body(members, current))
                                .descriptor("(Lorg/apache/commons/httpclient/HttpState;L" + CONNECTION + ";)Z")),
                new ClassPlan(HEADER)
                        .with(MethodHook.enter(http.sites(), "toExternalForm", Careful.scope(new Guard(http)))
                                .descriptor("()" + STRING)));
    }

    /** The request that this thread is writing. */
    private static final class Head {

        final Object method;
        /** By the line with the reference; the same line may stand there twice. */
        final Map<String, Deque<String>> marked = new HashMap<>();

        boolean begun;
        /** Whether it asks a proxy for a tunnel to its target, and its connection does not know yet. */
        boolean asks;

        String target = "/";

        /** The form with markers, until it is written; null where the body stays. */
        byte @Nullable [] body;

        String lengthLine = "";

        @Nullable
        Arming arming;

        Head(Object method) {
            this.method = method;
        }

        void abandon() {
            if (arming != null) {
                arming.abandon();
            }
        }
    }

    private static final class Heads implements Scope {

        private final Members members;
        private final ThreadLocal<Head> current;

        Heads(Members members, ThreadLocal<Head> current) {
            this.members = members;
            this.current = current;
        }

        @Override
        public @Nullable Object[] enter(@Nullable Object[] arguments) throws ReflectiveOperationException {
            Object method = arguments[0];
            if (method != null) {
                Head head = new Head(method);
                current.set(head);
                if (members.text(method, "getName").equals("CONNECT")) {
                    asksForTunnel(head);
                }
            }
            return arguments;
        }

        /** Its request line is written past {@code print}: what comes there are headers. */
        private void asksForTunnel(Head head) throws ReflectiveOperationException {
            head.begun = true;
            Object target = members.fieldIfThere(head.method, "targethost");
            if (target != null) {
                head.target = members.text(target, "getHost") + ":" + members.get(target, "getPort");
                head.asks = true;
            }
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
                head.abandon();
            }
            return null;
        }
    }

    /** {@code Name: value} with its line end, as {@code Header.toExternalForm} makes it. */
    private static final class Lines implements Scope {

        private static final String END = "\r\n";

        private final Http http;
        private final Members members;
        private final ThreadLocal<Head> current;

        private final ClassValue<Methods> methods = new ClassValue<Methods>() {
            @Override
            protected Methods computeValue(Class<?> connection) {
                try {
                    return new Methods(connection.getClassLoader());
                } catch (ReflectiveOperationException e) {
                    throw new IllegalStateException(e);
                }
            }
        };

        Lines(Http http, ThreadLocal<Head> current) {
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
            Head head = current.get();
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

        private void markTarget(Object connection, Head head, String line) throws IOException {
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

        private void markForm(Object connection, Head head, Methods of) throws IOException {
            byte[] form = of.form(head.method);
            if (form == null || !Arming.concernsForm(form)) {
                return;
            }
            try {
                String obstacle = http.recognition()
                        .obstacle(
                                WITH_BODY.replace('/', '.'),
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
        private String mark(Object connection, @Nullable Head head, String line) throws IOException {
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

        private Arming arming(Object connection, Head head) throws IOException, ReflectiveOperationException {
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

    /** Writes a form with markers in place of the method's own body. */
    private static final class Body implements Answer {

        private final Members members;
        private final ThreadLocal<Head> current;

        Body(Members members, ThreadLocal<Head> current) {
            this.members = members;
            this.current = current;
        }

        @Override
        public @Nullable Object answer(@Nullable Object[] arguments) throws Throwable {
            Head head = current.get();
            byte[] body = head == null || head.method != arguments[0] ? null : head.body;
            Object connection = arguments[2];
            if (head == null || body == null || connection == null) {
                return null;
            }
            head.body = null;
            OutputStream out;
            try {
                Deque<String> length = head.marked.get(head.lengthLine);
                if (length == null || !length.isEmpty()) {
                    throw new IllegalStateException("a body without a length");
                }
                out = (OutputStream) members.get(connection, "getRequestOutputStream");
            } catch (ReflectiveOperationException | RuntimeException fault) {
                throw Careful.involved(fault);
            }
            out.write(body);
            out.flush();
            return Boolean.TRUE;
        }
    }

    /**
     * A header that is about to be written, or logged, by classes that could not be woven: those of 3.0 have subroutines, which
     * Java 7 abolished.
     */
    private static final class Guard implements Scope {

        private final Members members;
        private final ClassValue<String> obstacles;

        Guard(Http http) {
            members = new Members(http.recognition());
            obstacles = new ClassValue<String>() {
                @Override
                protected String computeValue(Class<?> header) {
                    for (String name : new String[] {METHOD, CONNECTION}) {
                        String obstacle = http.recognition().obstacle(name.replace('/', '.'), header.getClassLoader());
                        if (obstacle != null) {
                            return obstacle;
                        }
                    }
                    return "";
                }
            };
        }

        @Override
        public @Nullable Object[] enter(@Nullable Object[] arguments) throws Throwable {
            Object header = arguments[0];
            if (header != null && Arming.concerns((String) members.call(header, "getValue"))) {
                String obstacle = obstacles.get(header.getClass());
                if (!obstacle.isEmpty()) {
                    throw new SSLHandshakeException(
                            "lethe: this client is not recognised, so no reference is sent: " + obstacle);
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
    }

    /** The public methods that are called for each request. */
    private static final class Methods {

        private static final String LENGTH = "Content-Length: ";

        private final Method getRequestHeaders;
        private final Class<?> withBody;
        private final Method getRequestEntity;
        private final Method isRepeatable;
        private final Method getContentLength;
        private final Method writeRequest;
        private final Method getContentType;
        private final Method getRequestContentLength;
        private final Method toExternalForm;

        Methods(ClassLoader loader) throws ReflectiveOperationException {
            String root = "org.apache.commons.httpclient.";
            getRequestHeaders =
                    Class.forName(root + "HttpMethod", false, loader).getMethod("getRequestHeaders");
            withBody = Class.forName(root + "methods.EntityEnclosingMethod", false, loader);
            getRequestEntity = withBody.getMethod("getRequestEntity");
            Class<?> entity = getRequestEntity.getReturnType();
            isRepeatable = entity.getMethod("isRepeatable");
            getContentLength = entity.getMethod("getContentLength");
            getContentType = entity.getMethod("getContentType");
            getRequestContentLength = withBody.getDeclaredMethod("getRequestContentLength");
            getRequestContentLength.setAccessible(true);
            writeRequest = entity.getMethod("writeRequest", OutputStream.class);
            toExternalForm = Class.forName(root + "Header", false, loader).getMethod("toExternalForm");
        }

        /** The form that a method sends; null where there is none that can be read ahead, or it is large. */
        byte @Nullable [] form(Object method) {
            try {
                if (!withBody.isInstance(method)) {
                    return null;
                }
                Object entity = getRequestEntity.invoke(method);
                if (entity == null || !(Boolean) isRepeatable.invoke(entity)) {
                    return null;
                }
                String line = line(method, "Content-Type: ");
                Object type = line == null
                        ? getContentType.invoke(entity)
                        : line.substring(line.indexOf(' ') + 1).trim();
                boolean chunked = (Long) getRequestContentLength.invoke(method) < 0;
                if (type == null || chunked || !Arming.isForm(type.toString())) {
                    return null;
                }
                long length = (Long) getContentLength.invoke(entity);
                if (length <= 0 || length > Arming.LONGEST_FORM) {
                    return null;
                }
                ByteArrayOutputStream body = new ByteArrayOutputStream((int) length);
                writeRequest.invoke(entity, body);
                return body.toByteArray();
            } catch (ReflectiveOperationException | RuntimeException e) {
                // The application's own entity could not be read twice.
                return null;
            }
        }
        /** The header that will say how long the body is. */
        String lengthLine(Object method, int length) throws ReflectiveOperationException {
            String line = line(method, LENGTH);
            return line == null ? LENGTH + length + "\r\n" : line;
        }

        private @Nullable String line(Object method, String start) throws ReflectiveOperationException {
            for (String line : headers(method)) {
                if (line.regionMatches(true, 0, start, 0, start.length())) {
                    return line;
                }
            }
            return null;
        }

        List<String> headers(Object method) throws ReflectiveOperationException {
            List<String> lines = new ArrayList<>();
            for (Object header : (Object[]) getRequestHeaders.invoke(method)) {
                lines.add((String) toExternalForm.invoke(header));
            }
            return lines;
        }
    }
}
