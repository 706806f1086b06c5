package io.lethe.http;

import io.lethe.weave.Answer;
import io.lethe.weave.ClassPlan;
import io.lethe.weave.MethodHook;
import java.io.IOException;
import java.net.URI;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/3 in {@code java.net.http} of JDK 26 and later: its TLS is QUIC's, whose packets Lethe does not see, so no reference goes
 * there. A request with one takes HTTP/2, as if the server had no HTTP/3; where the application allows nothing else it is refused
 * before a packet is sent. Where a request is put onto a stream all the same it is refused there.
 *
 * <p>Loaded by the agent loader. Stateless. All types are reached by reflection: this class is compiled for Java 8.
 */
final class JavaNetHttp3 implements HttpStack {

    private static final String ARGUMENTS =
            "(Ljdk/internal/net/http/Exchange;Ljdk/internal/net/http/HttpConnection;)Ljava/util/concurrent/CompletableFuture;";

    @Override
    public List<ClassPlan> plans(Http http) {
        Members members = new Members(http.recognition());
        return Arrays.asList(
                new ClassPlan(HttpClasses.JAVA_NET_HTTP_CHOICE)
                        .with(MethodHook.answer(http.sites(), "get", new Choosing(members))
                                .descriptor(ARGUMENTS)),
                new ClassPlan(HttpClasses.JAVA_NET_HTTP_3)
                        .with(MethodHook.enter(http.sites(), "sendHeaders", Careful.scope(new Guard(members)))));
    }

    /** What concerns us and where, for a message; null where nothing does. */
    private static @Nullable String concerned(Members members, Object request) throws ReflectiveOperationException {
        for (String headers : new String[] {"getUserHeaders", "getSystemHeadersBuilder"}) {
            Map<?, ?> map = (Map<?, ?>) members.get(members.get(request, headers), "map");
            for (Map.Entry<?, ?> header : map.entrySet()) {
                for (Object value : (List<?>) header.getValue()) {
                    if (Arming.concerns((String) value)) {
                        return what((String) value) + " in " + header.getKey();
                    }
                }
            }
        }
        return Arming.concernsUrl(members.text(request, "uri")) ? "a reference in the URL" : null;
    }

    private static String what(String value) {
        List<Spot> spots = Spot.in(value) ? Spot.all(value) : Collections.<Spot>emptyList();
        return spots.isEmpty() ? "a reference" : "'" + spots.get(0).reference + "'";
    }

    private static IOException refusal(Members members, Object request, String what)
            throws ReflectiveOperationException {
        URI uri = (URI) members.get(request, "uri");
        return new IOException("lethe: " + what + " for https://" + uri.getHost() + ":"
                + (uri.getPort() < 0 ? 443 : uri.getPort())
                + " is refused: HTTP/3 has no sink; let the request use HTTP/2 or HTTP/1.1");
    }

    /** Where a protocol is chosen, by all JDKs. */
    private static final class Choosing implements Answer {

        private final Members members;

        Choosing(Members members) {
            this.members = members;
        }

        @Override
        public @Nullable Object answer(@Nullable Object[] arguments) throws Throwable {
            Object exchange = arguments[1];
            String what = null;
            try {
                if (exchange == null || !members.text(exchange, "version").equals("HTTP_3")) {
                    return null;
                }
                Object request = members.get(exchange, "request");
                what = concerned(members, request);
                if (what == null) {
                    return null;
                }
                if (members.text(request, "http3Discovery").equals("HTTP_3_URI_ONLY")) {
                    throw refusal(members, request, what);
                }
                Class<?> choice = Class.forName(
                        HttpClasses.JAVA_NET_HTTP_CHOICE.replace('/', '.'),
                        false,
                        exchange.getClass().getClassLoader());
                Class<?> connection =
                        Class.forName("jdk.internal.net.http.HttpConnection", false, choice.getClassLoader());
                return members.method(choice, "attemptHttp2Exchange", exchange.getClass(), connection)
                        .invoke(null, exchange, arguments[2]);
            } catch (ReflectiveOperationException | RuntimeException e) {
                if (what == null) {
                    Careful.report(e);
                    return null;
                }
                throw Careful.involved(NettyChannel.cause(e));
            }
        }
    }

    /** Where a request's fields are put onto a stream of QUIC's. */
    private static final class Guard extends Entering {

        private final Members members;

        Guard(Members members) {
            this.members = members;
        }

        @Override
        public @Nullable Object[] enter(@Nullable Object[] arguments) throws Throwable {
            Object stream = arguments[0];
            if (stream != null) {
                Object request = members.field(stream, "request");
                String what = concerned(members, request);
                if (what != null) {
                    throw refusal(members, request, what);
                }
            }
            return arguments;
        }
    }
}
