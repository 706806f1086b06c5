package io.lethe.http;

import io.lethe.weave.Answer;
import io.lethe.weave.ClassPlan;
import io.lethe.weave.MethodHook;
import io.lethe.weave.Scope;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * {@code java.net.http} of JDK 11 to 27, HTTP/1.1 and HTTP/2. It keeps its headers immutable and builds what it sends for each
 * try anew: the head's text for HTTP/1.1, a frame of headers for HTTP/2. The markers stand in these only. A body in memory is
 * published by an object that the application may share: its subscriber says for which request, and gets another one's bytes.
 *
 * <p>Loaded by the agent loader. Stateless. All types are reached by reflection: this class is compiled for Java 8.
 */
final class JavaNetHttp implements HttpStack {

    private static final String PATH = ":path";
    private static final String LENGTH = "content-length";
    private static final String TYPE = "content-type";
    private static final String OWN = "jdk.internal.net.http.";
    private static final String BYTES = OWN + "RequestPublishers$ByteArrayPublisher";

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
                                .descriptor("(Ljava/lang/CharSequence;Ljava/lang/CharSequence;)V")),
                new ClassPlan(HttpClasses.JAVA_NET_STREAM)
                        .with(MethodHook.answer(http.sites(), "getRequestPseudoHeaders", new Pseudo(access))
                                .descriptor("()Ljava/net/http/HttpHeaders;")),
                new ClassPlan(HttpClasses.JAVA_NET_BYTES)
                        .with(MethodHook.answer(http.sites(), "subscribe", new Body(access))
                                .descriptor("(Ljava/util/concurrent/Flow$Subscriber;)V")));
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
            byte[] form = access.form(call[0], head);
            boolean concernsForm = Arming.concernsForm(form);
            if (!concernsForm && !Arming.concernsHead(head)) {
                return;
            }
            try {
                rewrite(call[0], head, concernsForm ? form : null);
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

        private void rewrite(Object request, StringBuilder head, byte @Nullable [] form)
                throws IOException, ReflectiveOperationException {
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
                if (form != null) {
                    arming = arming == null ? arming(request, first) : arming;
                    byte[] sent = access.armed(arming, request, "contentLength", form);
                    for (int i = 1; i < lines.length; i++) {
                        if (lines[i].regionMatches(true, 0, LENGTH + ':', 0, LENGTH.length() + 1)) {
                            lines[i] = "Content-Length: " + sent.length;
                        }
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
                byte[] form = access.form(stream, access.map(arguments[2]));
                boolean concernsForm = Arming.concernsForm(form);
                boolean concernsPath = Arming.concernsUrl(path);
                if (!concernsForm && !concernsPath && !concerns(arguments)) {
                    return arguments;
                }
                involved = true;
                if (pseudo == null) {
                    throw new NoSuchFieldException("requestPseudoHeaders");
                }
                arming = arming(stream, path == null ? "/" : path);
                if (concernsPath) {
                    pseudo = new LinkedHashMap<>(pseudo);
                    pseudo.put(PATH, Collections.singletonList(arming.requestTarget()));
                    access.pseudo.put(stream, access.headers(arguments[1], pseudo));
                }
                String length = null;
                if (form != null && concernsForm) {
                    length = String.valueOf(access.armed(arming, stream, "requestContentLen", form).length);
                }
                int bytes = size(pseudo);
                changed = arguments.clone();
                for (int i = 1; i <= 2; i++) {
                    Map<String, List<String>> sent = replaced(arming, access.map(arguments[i]), length);
                    bytes += size(sent);
                    changed[i] = access.headers(arguments[i], sent);
                }
                arming.requireOneFrame(bytes);
            } catch (Throwable e) {
                if (arming != null) {
                    arming.abandon();
                }
                throw e instanceof IOException || !involved ? e : new Careful.Involved(e);
            }
            return changed;
        }

        private Arming arming(Object stream, String path) throws ReflectiveOperationException {
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

        private boolean concerns(@Nullable Object[] arguments) throws ReflectiveOperationException {
            for (int i = 1; i <= 2; i++) {
                for (List<String> values : access.map(arguments[i]).values()) {
                    for (String value : values) {
                        if (Arming.concerns(value)) {
                            return true;
                        }
                    }
                }
            }
            return false;
        }

        /** @param length that of the body where it becomes another one */
        private Map<String, List<String>> replaced(
                Arming arming, Map<String, List<String>> headers, @Nullable String length) throws IOException {
            Map<String, List<String>> out = new LinkedHashMap<>();
            for (Map.Entry<String, List<String>> header : headers.entrySet()) {
                List<String> values = new ArrayList<>();
                for (String value : header.getValue()) {
                    values.add(Arming.concerns(value) ? arming.header(header.getKey(), value) : value);
                }
                boolean other = length != null && header.getKey().equalsIgnoreCase(LENGTH);
                out.put(header.getKey(), other ? Collections.singletonList(length) : values);
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
            access.neverIndexed(encoder, String.valueOf(arguments[1]), value);
            return Boolean.TRUE;
        }
    }

    /** The fields of a request line of HTTP/2, which a stream keeps for its life and is asked for when it is logged and written. */
    private static final class Pseudo implements Answer {

        private final Access access;

        Pseudo(Access access) {
            this.access = access;
        }

        @Override
        public @Nullable Object answer(@Nullable Object[] arguments) {
            return access.pseudo.get(arguments[0]);
        }
    }

    /** Where bytes in memory are asked for by the one who sends them. */
    private static final class Body implements Answer {

        private final Access access;

        Body(Access access) {
            this.access = access;
        }

        @Override
        public @Nullable Object answer(@Nullable Object[] arguments) throws Throwable {
            Object publisher = arguments[0];
            Object subscriber = arguments[1];
            if (publisher == null || subscriber == null || access.bodies.isEmpty()) {
                return null;
            }
            // Its own subscribers are inner classes of the requests.
            if (!subscriber.getClass().getName().startsWith(OWN)) {
                return null;
            }
            try {
                byte[] sent = access.bodies.take(access.members.fieldIfThere(subscriber, "this$0"));
                if (sent == null) {
                    return null;
                }
                access.publish(publisher, sent, subscriber);
                return Boolean.TRUE;
            } catch (Throwable fault) {
                throw Careful.involved(fault);
            }
        }
    }

    /** The module's private places that are read; each is looked up once, as its class is the same for all clients. */
    private static final class Access {

        private static final BiPredicate<String, String> ALL = (name, value) -> true;

        private final Http http;
        final Members members;
        /** By stream. */
        final InPlace<Object> pseudo = new InPlace<>();
        /** By the request of HTTP/1.1, or the stream. */
        final InPlace<byte[]> bodies = new InPlace<>();

        Access(Http http) {
            this.http = http;
            this.members = new Members(http.recognition());
        }

        /** The form in memory that a request of HTTP/1.1 will send behind this head; null where there is none. */
        byte @Nullable [] form(Object request, StringBuilder head) {
            if (!Arming.namesForm(head)) {
                return null;
            }
            for (String line : head.toString().split("\r\n", -1)) {
                if (line.regionMatches(true, 0, TYPE + ": ", 0, TYPE.length() + 2)) {
                    return Arming.isForm(line.substring(TYPE.length() + 2)) ? inMemory(request) : null;
                }
            }
            return null;
        }

        /** That of a stream with these headers. */
        byte @Nullable [] form(Object stream, Map<String, List<String>> headers) {
            for (Map.Entry<String, List<String>> header : headers.entrySet()) {
                if (header.getKey().equalsIgnoreCase(TYPE)
                        && header.getValue().size() == 1
                        && Arming.isForm(header.getValue().get(0))) {
                    return inMemory(stream);
                }
            }
            return null;
        }

        private byte @Nullable [] inMemory(Object owner) {
            try {
                Object publisher = members.fieldIfThere(owner, "requestPublisher");
                Class<?> type = publisher == null ? null : bytes(publisher);
                if (publisher == null || type == null) {
                    return null;
                }
                int offset = (Integer) members.field(publisher, "offset");
                int length = (Integer) members.field(publisher, "length");
                byte[] content = (byte[]) members.field(publisher, "content");
                return length <= 0 || length > Arming.LONGEST_FORM
                        ? null
                        : Arrays.copyOfRange(content, offset, offset + length);
            } catch (ReflectiveOperationException | RuntimeException e) {
                return null;
            }
        }

        private static @Nullable Class<?> bytes(Object publisher) {
            for (Class<?> at = publisher.getClass(); at != null; at = at.getSuperclass()) {
                if (at.getName().equals(BYTES)) {
                    return at;
                }
            }
            return null;
        }

        /**
         * Arms a form, to be sent by this request.
         *
         * @param length the field in which the request has noted how long its body is
         */
        byte[] armed(Arming arming, Object owner, String length, byte[] form)
                throws IOException, ReflectiveOperationException {
            byte[] sent = arming.form(form);
            if (sent != form) {
                String obstacle =
                        http.recognition().obstacle(BYTES, owner.getClass().getClassLoader());
                if (obstacle != null) {
                    throw new IOException(
                            "lethe: this JDK's java.net.http is not recognised, so no reference is sent: " + obstacle);
                }
                members.set(owner, length, (long) sent.length);
                bodies.put(owner, sent);
            }
            return sent;
        }

        void publish(Object like, byte[] body, Object subscriber) throws ReflectiveOperationException {
            Class<?> type = bytes(like);
            if (type == null) {
                throw new NoSuchMethodException(BYTES);
            }
            Object made = members.constructor(type, byte[].class).newInstance((Object) body);
            members.method(type, "subscribe", Class.forName("java.util.concurrent.Flow$Subscriber", false, null))
                    .invoke(made, subscriber);
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

        /** Raw, since what stands around a marker may be so long that Huffman's code of all is shorter. */
        void neverIndexed(Object encoder, String name, CharSequence value) throws ReflectiveOperationException {
            Class<?> text = CharSequence.class;
            members.method(encoder.getClass(), "literalNeverIndexed", text, boolean.class, text, boolean.class)
                    .invoke(encoder, name, false, value, false);
        }
    }
}
