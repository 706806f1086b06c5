package io.lethe.http;

import io.lethe.weave.Answer;
import io.lethe.weave.ClassPlan;
import io.lethe.weave.MethodHook;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code java.net.http} of JDK 11 to 27, HTTP/1.1 and HTTP/2. It keeps its headers immutable and builds what it sends for each
 * try anew: the head's text for HTTP/1.1, a frame of headers for HTTP/2. The markers stand in these only. A body in memory is
 * published by an object that the application may share: its subscriber says for which request, and gets another one's bytes.
 *
 * <p>Loaded by the agent loader. Stateless. All types are reached by reflection: this class is compiled for Java 8.
 */
final class JavaNetHttp implements HttpStack {

    static final String PATH = ":path";
    static final String LENGTH = "content-length";
    static final String TYPE = "content-type";
    static final String OWN = "jdk.internal.net.http.";
    static final String BYTES = OWN + "RequestPublishers$ByteArrayPublisher";

    @Override
    public List<ClassPlan> plans(Http http) {
        JavaNetHttpAccess access = new JavaNetHttpAccess(http);
        return Arrays.asList(
                new ClassPlan(HttpClasses.JAVA_NET_HTTP_1)
                        .with(MethodHook.scope(http.sites(), "collectHeaders0", new JavaNetHttpHead(http, access))
                                .descriptor("(Ljava/lang/StringBuilder;)V")),
                new ClassPlan(HttpClasses.JAVA_NET_HTTP_2)
                        .with(MethodHook.enter(
                                        http.sites(), "<init>", Careful.scope(new JavaNetHttpFrame(http, access)))
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

    /** What has a marker is sent as a literal that no table keeps. */
    private static final class Literal implements Answer {

        private final Http http;
        private final JavaNetHttpAccess access;

        Literal(Http http, JavaNetHttpAccess access) {
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

        private final JavaNetHttpAccess access;

        Pseudo(JavaNetHttpAccess access) {
            this.access = access;
        }

        @Override
        public @Nullable Object answer(@Nullable Object[] arguments) {
            return access.pseudo.get(arguments[0]);
        }
    }

    /** Where bytes in memory are asked for by the one who sends them. */
    private static final class Body implements Answer {

        private final JavaNetHttpAccess access;

        Body(JavaNetHttpAccess access) {
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
}
