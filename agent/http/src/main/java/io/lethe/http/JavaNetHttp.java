package io.lethe.http;

import io.lethe.weave.Answer;
import io.lethe.weave.ClassPlan;
import io.lethe.weave.MethodHook;
import io.lethe.weave.Scope;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * {@code java.net.http} of JDK 11 to 27, HTTP/1.1 and HTTP/2. It keeps its headers immutable and builds what it sends for each
 * try anew: the head's text for HTTP/1.1, a frame of headers for HTTP/2. The markers stand in these only.
 *
 * <p>Loaded by the agent loader. Stateless. All types are reached by reflection: this class is compiled for Java 8.
 */
final class JavaNetHttp implements HttpStack {

    private static final String PACKAGE = "jdk.internal.net.http";
    private static final String PATH = ":path";

    @Override
    public List<ClassPlan> plans(Http http) {
        Access access = new Access(http);
        return Arrays.asList(
                new ClassPlan(HttpClasses.JAVA_NET_HTTP_1)
                        .with(MethodHook.scope(http.sites(), "collectHeaders0", new Head(http, access))
                                .descriptor("(Ljava/lang/StringBuilder;)V")),
                new ClassPlan(HttpClasses.JAVA_NET_HTTP_2)
                        .with(MethodHook.enter(http.sites(), "<init>", Careful.scope(new Frame(http, access)))
                                .startingWith("Ljava/net/http/HttpHeaders;", "Ljava/net/http/HttpHeaders;")
                                .replacing(0, 1)),
                new ClassPlan(HttpClasses.JAVA_NET_HPACK)
                        .with(MethodHook.answer(http.sites(), "header", new Literal(http, access))
                                .descriptor("(Ljava/lang/CharSequence;Ljava/lang/CharSequence;)V")));
    }

    /** The text of a head of HTTP/1.1: rewritten when it is complete, before it is logged and sent. */
    private static final class Head implements Scope {

        private final Http http;
        private final Access access;
        private final ThreadLocal<Object[]> current = new ThreadLocal<>();

        Head(Http http, Access access) {
            this.http = http;
            this.access = access;
        }

        @Override
        public @Nullable Object[] enter(@Nullable Object[] arguments) {
            current.set(new Object[] {arguments[0], arguments[1]});
            return arguments;
        }

        @Override
        public @Nullable Object @Nullable [] failed(Throwable thrown) {
            current.remove();
            return null;
        }

        @Override
        public void returned() throws IOException {
            Object[] call = current.get();
            current.remove();
            if (call == null || !(call[1] instanceof StringBuilder)) {
                return;
            }
            StringBuilder head = (StringBuilder) call[1];
            if (!Arming.concernsHead(head)) {
                return;
            }
            try {
                rewrite(call[0], head);
            } catch (IOException e) {
                throw e;
            } catch (Throwable fault) {
                throw Careful.involved(fault);
            }
        }

        private Arming arming(Object request, String[] first) throws ReflectiveOperationException {
            Destination where = access.destination(access.connectionOf(request), false);
            return new Arming(http, where, first[0], first[1], Arming.PATIENT);
        }

        private void rewrite(Object request, StringBuilder head) throws IOException, ReflectiveOperationException {
            String[] lines = head.toString().split("\r\n", -1);
            String[] first = lines[0].split(" ");
            Arming arming = null;
            try {
                if (first.length == 3 && Arming.concernsTarget(first[1])) {
                    arming = arming(request, first);
                    lines[0] = first[0] + " " + arming.requestTarget() + " " + first[2];
                }
                for (int i = 1; i < lines.length; i++) {
                    int colon = lines[i].indexOf(": ");
                    String value = colon < 0 ? null : lines[i].substring(colon + 2);
                    if (value != null && Arming.concerns(value)) {
                        if (arming == null) {
                            arming = arming(request, first);
                        }
                        String name = lines[i].substring(0, colon);
                        lines[i] = name + ": " + arming.header(name, value);
                    }
                }
            } catch (IOException | RuntimeException | ReflectiveOperationException e) {
                if (arming != null) {
                    arming.abandon();
                }
                throw e;
            }
            if (arming != null) {
                head.setLength(0);
                head.append(String.join("\r\n", lines));
            }
        }
    }

    /** The headers of one frame of HTTP/2, in the constructor of what carries them to the connection. */
    private static final class Frame implements Scope {

        private final Http http;
        private final Access access;

        Frame(Http http, Access access) {
            this.http = http;
            this.access = access;
        }

        @Override
        public @Nullable Object[] enter(@Nullable Object[] arguments) throws Throwable {
            // The constructor's own object is not there yet.
            Object stream = arguments[3];
            if (stream == null) {
                return arguments;
            }
            Map<String, List<String>> pseudo = access.pseudo(stream);
            List<String> paths = pseudo == null ? null : pseudo.get(PATH);
            String path = paths == null || paths.isEmpty() ? null : paths.get(0);
            Arming arming = null;
            @Nullable Object[] changed = arguments;
            try {
                if (path != null && Arming.concernsUrl(path)) {
                    arming = arming(stream);
                    arming.url(path);
                }
                int bytes = pseudo == null ? 0 : size(pseudo);
                for (int i = 1; i <= 2; i++) {
                    Map<String, List<String>> headers = access.map(arguments[i]);
                    if (!concerns(headers)) {
                        bytes += size(headers);
                        continue;
                    }
                    if (arming == null) {
                        arming = arming(stream);
                    }
                    if (pseudo == null) {
                        throw new NoSuchFieldException("requestPseudoHeaders");
                    }
                    changed = changed == arguments ? arguments.clone() : changed;
                    Map<String, List<String>> sent = replaced(arming, headers);
                    bytes += size(sent);
                    changed[i] = access.headers(sent);
                }
                if (arming != null) {
                    arming.requireOneFrame(bytes);
                }
            } catch (Throwable e) {
                if (arming != null) {
                    arming.abandon();
                }
                throw e instanceof IOException ? e : new Careful.Involved(e);
            }
            return changed;
        }

        private Arming arming(Object stream) throws IOException, ReflectiveOperationException {
            Object request = access.get(stream, "request");
            String method = String.valueOf(access.call(request, "method"));
            java.net.URI uri = (java.net.URI) access.call(request, "uri");
            Destination where = access.destination(access.connectionOf(access.get(stream, "connection")), true);
            return new Arming(http, where, method, String.valueOf(uri.getRawPath()), Arming.PATIENT);
        }

        private static int size(Map<String, List<String>> headers) {
            int bytes = 0;
            for (Map.Entry<String, List<String>> header : headers.entrySet()) {
                for (String value : header.getValue()) {
                    bytes += Arming.size(header.getKey(), value);
                }
            }
            return bytes;
        }

        private static boolean concerns(Map<String, List<String>> headers) {
            for (List<String> values : headers.values()) {
                for (String value : values) {
                    if (Arming.concerns(value)) {
                        return true;
                    }
                }
            }
            return false;
        }

        private Map<String, List<String>> replaced(Arming arming, Map<String, List<String>> headers)
                throws IOException {
            Map<String, List<String>> out = new LinkedHashMap<>();
            for (Map.Entry<String, List<String>> header : headers.entrySet()) {
                List<String> values = new ArrayList<>();
                for (String value : header.getValue()) {
                    values.add(Arming.concerns(value) ? arming.header(header.getKey(), value) : value);
                }
                out.put(header.getKey(), values);
            }
            return out;
        }

        @Override
        public void returned() {}

        @Override
        public @Nullable Object @Nullable [] failed(Throwable thrown) {
            return null;
        }
    }

    /** What has a marker is sent as a literal that no table keeps. */
    private static final class Literal implements Answer {

        private final Http http;
        private final Access access;

        Literal(Http http, Access access) {
            this.http = http;
            this.access = access;
        }

        @Override
        public @Nullable Object answer(@Nullable Object[] arguments) throws Throwable {
            CharSequence value = (CharSequence) arguments[2];
            Object encoder = arguments[0];
            if (encoder == null || !http.neverIndexed().take(value)) {
                return null;
            }
            access.neverIndexed(encoder, arguments[1], value);
            return Boolean.TRUE;
        }
    }

    /** The module's private places that are read; each is looked up once, as its class is the same for all clients. */
    private static final class Access {

        private static final BiPredicate<String, String> ALL = (name, value) -> true;

        private final Http http;
        private final Map<Class<?>, Map<String, Object>> members = new ConcurrentHashMap<>();
        private volatile boolean opened;
        private volatile @Nullable Method headersMap;
        private volatile @Nullable Method newHeaders;
        private volatile @Nullable Method literal;
        private volatile @Nullable Field pseudo;

        Access(Http http) {
            this.http = http;
        }

        @SuppressWarnings("unchecked")
        Map<String, List<String>> map(@Nullable Object headers) throws ReflectiveOperationException {
            if (headers == null) {
                return new LinkedHashMap<>();
            }
            Method read = headersMap;
            if (read == null) {
                read = headers.getClass().getMethod("map");
                headersMap = read;
            }
            return (Map<String, List<String>>) read.invoke(headers);
        }

        /** The fields of a stream's request line; null where this JDK has them elsewhere. */
        @Nullable
        Map<String, List<String>> pseudo(Object stream) {
            try {
                Field field = pseudo;
                if (field == null) {
                    open(stream.getClass());
                    Class<?> type = Class.forName(
                            PACKAGE + ".Stream", false, stream.getClass().getClassLoader());
                    field = type.getDeclaredField("requestPseudoHeaders");
                    field.setAccessible(true);
                    pseudo = field;
                }
                return map(field.get(stream));
            } catch (ReflectiveOperationException | RuntimeException e) {
                return null;
            }
        }

        Object headers(Map<String, List<String>> map) throws ReflectiveOperationException {
            Method of = newHeaders;
            if (of == null) {
                of = Class.forName("java.net.http.HttpHeaders").getMethod("of", Map.class, BiPredicate.class);
                newHeaders = of;
            }
            return of.invoke(null, map, ALL);
        }

        /** Of a request of HTTP/1.1, or of an HTTP/2 connection: both have it in a field of this name. */
        Object connectionOf(Object owner) throws ReflectiveOperationException {
            return get(owner, "connection");
        }

        Destination destination(Object connection, boolean multiplexed) throws ReflectiveOperationException {
            boolean secure = (Boolean) call(connection, "isSecure");
            InetSocketAddress address = (InetSocketAddress) call(connection, "address");
            return new Destination(
                    secure ? "https" : "http",
                    address.getHostString(),
                    address.getPort(),
                    secure ? get(connection, "engine") : null,
                    multiplexed);
        }

        void neverIndexed(Object encoder, @Nullable Object name, CharSequence value)
                throws ReflectiveOperationException {
            Method header = literal;
            if (header == null || !header.getDeclaringClass().isInstance(encoder)) {
                open(encoder.getClass());
                header = encoder.getClass().getMethod("header", CharSequence.class, CharSequence.class, boolean.class);
                header.setAccessible(true);
                literal = header;
            }
            header.invoke(encoder, name, value, true);
        }

        Object get(Object owner, String field) throws ReflectiveOperationException {
            Map<String, Object> known = members(owner);
            Field read = (Field) known.get(field);
            if (read == null) {
                read = field(owner.getClass(), field);
                known.put(field, read);
            }
            return read.get(owner);
        }

        Object call(Object owner, String method) throws ReflectiveOperationException {
            Map<String, Object> known = members(owner);
            String key = method + "()";
            Method called = (Method) known.get(key);
            if (called == null) {
                called = method(owner.getClass(), method);
                known.put(key, called);
            }
            return called.invoke(owner);
        }

        /** The classes are the JDK's own: they stay as long as the JVM, and are few. */
        private Map<String, Object> members(Object owner) throws ReflectiveOperationException {
            Map<String, Object> known = members.get(owner.getClass());
            if (known == null) {
                open(owner.getClass());
                known = members.computeIfAbsent(owner.getClass(), type -> new ConcurrentHashMap<>());
            }
            return known;
        }

        private static Field field(Class<?> owner, String name) throws NoSuchFieldException {
            for (Class<?> type = owner; type != null; type = type.getSuperclass()) {
                for (Field declared : type.getDeclaredFields()) {
                    if (declared.getName().equals(name)) {
                        declared.setAccessible(true);
                        return declared;
                    }
                }
            }
            throw new NoSuchFieldException(owner.getName() + "." + name);
        }

        private static Method method(Class<?> owner, String name) throws NoSuchMethodException {
            for (Class<?> type = owner; type != null; type = type.getSuperclass()) {
                for (Method declared : type.getDeclaredMethods()) {
                    if (declared.getName().equals(name) && declared.getParameterTypes().length == 0) {
                        declared.setAccessible(true);
                        return declared;
                    }
                }
            }
            throw new NoSuchMethodException(owner.getName() + "." + name);
        }

        private void open(Class<?> member) throws ReflectiveOperationException {
            if (!opened) {
                openOnce(member);
            }
        }

        private synchronized void openOnce(Class<?> member) throws ReflectiveOperationException {
            if (!opened) {
                http.recognition().open(member, PACKAGE, PACKAGE + ".frame", PACKAGE + ".hpack");
                opened = true;
            }
        }
    }
}
