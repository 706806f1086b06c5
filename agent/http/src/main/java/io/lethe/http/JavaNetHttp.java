package io.lethe.http;

import io.lethe.weave.Answer;
import io.lethe.weave.ClassPlan;
import io.lethe.weave.MethodHook;
import io.lethe.weave.Scope;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * {@code java.net.http} of JDK 11 to 27, HTTP/1.1 and HTTP/2. It keeps its headers immutable and builds what it sends for each
 * try anew: the head's text for HTTP/1.1, a frame of headers for HTTP/2. The markers stand in these only.
 *
 * <p>Loaded by the agent loader. Stateless. All types are reached by reflection: this class is compiled for Java 8.
 */
final class JavaNetHttp implements HttpStack {

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
            Destination where = access.destination(request, false);
            return new Arming(http, where, first[0], first[1], Arming.PATIENT);
        }

        private void rewrite(Object request, StringBuilder head) throws IOException, ReflectiveOperationException {
            String[] lines = head.toString().split("\r\n", -1);
            String[] first = lines[0].split(" ");
            Arming arming = null;
            try {
                if (first.length == 3 && Arming.concernsUrl(first[1])) {
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
            boolean involved = false;
            @Nullable Object[] changed = arguments;
            try {
                if (Arming.concernsUrl(path) && path != null) {
                    involved = true;
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
                    involved = true;
                    if (arming == null) {
                        arming = arming(stream);
                    }
                    if (pseudo == null) {
                        throw new NoSuchFieldException("requestPseudoHeaders");
                    }
                    changed = changed == arguments ? arguments.clone() : changed;
                    Map<String, List<String>> sent = replaced(arming, headers);
                    bytes += size(sent);
                    changed[i] = access.headers(arguments[i], sent);
                }
                if (arming != null) {
                    arming.requireOneFrame(bytes);
                }
            } catch (Throwable e) {
                if (arming != null) {
                    arming.abandon();
                }
                throw e instanceof IOException || !involved ? e : new Careful.Involved(e);
            }
            return changed;
        }

        private Arming arming(Object stream) throws ReflectiveOperationException {
            String path = String.valueOf(access.uri(stream).getRawPath());
            return new Arming(http, access.destinationOfStream(stream), access.method(stream), path, Arming.PATIENT);
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

        private final Members members;

        Access(Http http) {
            members = new Members(http.recognition());
        }

        @SuppressWarnings("unchecked")
        Map<String, List<String>> map(@Nullable Object headers) throws ReflectiveOperationException {
            return headers == null ? new LinkedHashMap<>() : (Map<String, List<String>>) members.get(headers, "map");
        }

        /** The fields of a stream's request line; null where this JDK has them elsewhere. */
        @Nullable
        Map<String, List<String>> pseudo(Object stream) {
            try {
                return map(members.field(stream, "requestPseudoHeaders"));
            } catch (ReflectiveOperationException | RuntimeException e) {
                return null;
            }
        }

        /** @param like any headers, whose class makes others */
        Object headers(@Nullable Object like, Map<String, List<String>> map) throws ReflectiveOperationException {
            if (like == null) {
                throw new IllegalStateException("no headers");
            }
            return members.method(like.getClass(), "of", Map.class, BiPredicate.class)
                    .invoke(null, map, ALL);
        }

        String method(Object stream) throws ReflectiveOperationException {
            return members.text(members.field(stream, "request"), "method");
        }

        URI uri(Object stream) throws ReflectiveOperationException {
            return (URI) members.get(members.field(stream, "request"), "uri");
        }

        /** @param owner a request of HTTP/1.1, or an HTTP/2 connection: both have it in a field of this name */
        Destination destination(Object owner, boolean multiplexed) throws ReflectiveOperationException {
            Object connection = members.field(owner, "connection");
            boolean secure = (Boolean) members.get(connection, "isSecure");
            InetSocketAddress address = (InetSocketAddress) members.get(connection, "address");
            String host = address.getHostString();
            return secure
                    ? new Destination(
                            "https", host, address.getPort(), members.field(connection, "engine"), multiplexed)
                    : Destination.plain(host, address.getPort(), members.call(connection, "channel"), multiplexed);
        }

        Destination destinationOfStream(Object stream) throws ReflectiveOperationException {
            return destination(members.field(stream, "connection"), true);
        }

        void neverIndexed(Object encoder, @Nullable Object name, CharSequence value)
                throws ReflectiveOperationException {
            members.method(encoder.getClass(), "header", CharSequence.class, CharSequence.class, boolean.class)
                    .invoke(encoder, name, value, true);
        }
    }
}
