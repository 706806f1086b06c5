package io.lethe.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The private places of {@code java.net.http} that are read; each is looked up once, as its class is the same for all clients.
 *
 * <p>Loaded by the agent loader. Thread-safe.
 */
final class JavaNetHttpAccess {

    private static final BiPredicate<String, String> ALL = (name, value) -> true;

    private final Http http;
    final Members members;
    /** By stream. */
    final InPlace<Object> pseudo = new InPlace<>();
    /** By the request of HTTP/1.1, or the stream. */
    final InPlace<byte[]> bodies = new InPlace<>();

    JavaNetHttpAccess(Http http) {
        this.http = http;
        this.members = new Members(http.recognition());
    }

    /** The form in memory that a request of HTTP/1.1 will send behind this head; null where there is none. */
    byte @Nullable [] form(Object request, StringBuilder head) {
        if (!Forms.namesForm(head)) {
            return null;
        }
        for (String line : head.toString().split("\r\n", -1)) {
            if (line.regionMatches(true, 0, JavaNetHttp.TYPE + ": ", 0, JavaNetHttp.TYPE.length() + 2)) {
                return Forms.isForm(line.substring(JavaNetHttp.TYPE.length() + 2)) ? inMemory(request) : null;
            }
        }
        return null;
    }

    /** That of a stream with these headers. */
    byte @Nullable [] form(Object stream, Map<String, List<String>> headers) {
        for (Map.Entry<String, List<String>> header : headers.entrySet()) {
            if (header.getKey().equalsIgnoreCase(JavaNetHttp.TYPE)
                    && header.getValue().size() == 1
                    && Forms.isForm(header.getValue().get(0))) {
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
            return length <= 0 || length > Forms.LONGEST_FORM
                    ? null
                    : Arrays.copyOfRange(content, offset, offset + length);
        } catch (ReflectiveOperationException | RuntimeException e) {
            return null;
        }
    }

    private static @Nullable Class<?> bytes(Object publisher) {
        for (Class<?> at = publisher.getClass(); at != null; at = at.getSuperclass()) {
            if (at.getName().equals(JavaNetHttp.BYTES)) {
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
            String obstacle = http.recognition()
                    .obstacle(JavaNetHttp.BYTES, owner.getClass().getClassLoader());
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
            throw new NoSuchMethodException(JavaNetHttp.BYTES);
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
                ? new Destination("https", host, address.getPort(), members.field(connection, "engine"), multiplexed)
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
