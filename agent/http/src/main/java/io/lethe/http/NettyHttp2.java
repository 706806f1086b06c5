package io.lethe.http;

import io.lethe.weave.Answer;
import io.lethe.weave.ClassPlan;
import io.lethe.weave.MethodHook;
import io.lethe.weave.Scope;
import java.io.IOException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Netty's codec of HTTP/2, 4.1 and 4.2, and with it gRPC over Netty, also in its shaded copy. The frame writer is given a
 * copy of the fields with markers, and the HPACK encoder writes these as literals that are never indexed.
 *
 * <p>Loaded by the agent loader. Thread-safe; each stream on its channel's event loop. A refusal is an error of the stream, not of
 * its connection.
 */
final class NettyHttp2 implements HttpStack {

    private static final String WRITER = "netty.handler.codec.http2.DefaultHttp2FrameWriter";

    @Override
    public List<ClassPlan> plans(Http http) {
        Members members = new Members(http.recognition());
        List<ClassPlan> plans = new ArrayList<>();
        for (String netty : HttpClasses.NETTYS) {
            String context = "L" + netty + "channel/ChannelHandlerContext;";
            String headers = "L" + netty + "handler/codec/http2/Http2Headers;";
            plans.add(new ClassPlan(netty + HttpClasses.NETTY_FRAMES)
                    .with(MethodHook.scope(http.sites(), "writeHeaders", Careful.scope(new Writing(http, members)))
                            .startingWith(context, "I", headers)
                            .atLeast(2)
                            .replacing(2)));
            plans.add(new ClassPlan(netty + HttpClasses.NETTY_HPACK)
                    .with(MethodHook.answer(http.sites(), "encodeHeader", new Literal(http, members))
                            .descriptor("(L" + netty
                                    + "buffer/ByteBuf;Ljava/lang/CharSequence;Ljava/lang/CharSequence;ZJ)V")));
        }
        return plans;
    }

    /** Around the frame writer, which has the connection. */
    private static final class Writing implements Scope {

        private final Http http;
        private final Members members;
        private final ThreadLocal<Arming> current = new ThreadLocal<>();

        Writing(Http http, Members members) {
            this.http = http;
            this.members = members;
        }

        @Override
        public @Nullable Object[] enter(@Nullable Object[] arguments) throws Throwable {
            Object writer = arguments[0];
            Object context = arguments[1];
            Object headers = arguments[3];
            // A server's answer has no method.
            if (writer == null
                    || context == null
                    || headers == null
                    || pseudo(headers, ":method") == null
                    || !concerned((Iterable<?>) headers)) {
                return arguments;
            }
            try {
                return Entering.with(arguments, 3, armed(writer, context, headers));
            } catch (Throwable e) {
                IOException refusal =
                        e instanceof IOException ? (IOException) e : Careful.involved(NettyChannel.cause(e));
                tell(context, arguments[2], refusal);
                throw new Careful.Refused(streamError(writer, headers, arguments[2], refusal));
            }
        }

        /** From the fields themselves: gRPC's headers have no such accessors. */
        private static @Nullable String pseudo(Object headers, String name) {
            for (Object field : (Iterable<?>) headers) {
                CharSequence key = (CharSequence) ((Map.Entry<?, ?>) field).getKey();
                if (name.contentEquals(key)) {
                    return String.valueOf(((Map.Entry<?, ?>) field).getValue());
                }
            }
            return null;
        }

        private static boolean concerned(Iterable<?> headers) {
            for (Object field : headers) {
                Map.Entry<?, ?> entry = (Map.Entry<?, ?>) field;
                String value = String.valueOf(entry.getValue());
                if (Arming.concerns(value)
                        || (":path".contentEquals((CharSequence) entry.getKey()) && Arming.concernsUrl(value))) {
                    return true;
                }
            }
            return false;
        }

        private Object armed(Object writer, Object context, Object headers)
                throws IOException, ReflectiveOperationException {
            String encoder = sibling(writer, "HpackEncoder");
            String obstacle = http.recognition().obstacle(encoder, loader(writer));
            if (obstacle != null) {
                throw new IOException("lethe: this version of Netty is not known (" + encoder + ": " + obstacle
                        + "); a reference in a request is refused");
            }
            Destination where = NettyChannel.destination(members, context, true);
            String path = String.valueOf(pseudo(headers, ":path"));
            Arming arming =
                    new Arming(http, where, String.valueOf(pseudo(headers, ":method")), path, http.hasty(where));
            try {
                Class<?> type = Class.forName(sibling(writer, "DefaultHttp2Headers"), true, loader(writer));
                Object copy = members.constructor(type, boolean.class).newInstance(false);
                Method add = members.method(type, "add", Object.class, Object.class);
                int bytes = 0;
                for (Object field : (Iterable<?>) headers) {
                    Map.Entry<?, ?> entry = (Map.Entry<?, ?>) field;
                    String name = String.valueOf(entry.getKey());
                    String value = String.valueOf(entry.getValue());
                    String sent = value;
                    if (name.equals(":path") && Arming.concernsUrl(value)) {
                        sent = requestTarget(arming, headers, value);
                    } else if (!name.startsWith(":") && Arming.concerns(value)) {
                        sent = arming.header(name, value);
                    }
                    add.invoke(copy, entry.getKey(), sent.equals(value) ? entry.getValue() : sent);
                    bytes += Arming.size(name, sent);
                }
                arming.requireOneFrame(bytes);
                current.set(arming);
                return copy;
            } catch (Throwable e) {
                arming.abandon();
                throw e;
            }
        }

        /** gRPC's path is a method's name, and no place for a secret. */
        private static String requestTarget(Arming arming, Object headers, String path) throws IOException {
            if (headers.getClass().getName().startsWith("io.grpc.")) {
                arming.unarmed().url(path);
                return path;
            }
            return arming.requestTarget();
        }

        /**
         * A stream that is a channel of its own (Reactor Netty) hears of the reason before it is closed for it: else its end
         * would be all that is reported.
         */
        private void tell(Object context, @Nullable Object stream, IOException refusal) {
            try {
                Object handler = members.get(context, "handler");
                Object connection = members.get(handler, "connection");
                Object known = members.method(connection.getClass(), "stream", int.class)
                        .invoke(connection, stream);
                Object key = members.field(handler, "streamKey");
                Class<?> keyType = Class.forName(
                        connection
                                .getClass()
                                .getName()
                                .replace("DefaultHttp2Connection", "Http2Connection$PropertyKey"),
                        true,
                        connection.getClass().getClassLoader());
                Object frames =
                        members.method(known.getClass(), "getProperty", keyType).invoke(known, key);
                Object pipeline = members.get(members.field(frames, "attachment"), "pipeline");
                members.method(pipeline.getClass(), "fireExceptionCaught", Throwable.class)
                        .invoke(pipeline, refusal);
            } catch (ReflectiveOperationException | RuntimeException e) {
                // It is none: its promise is what fails.
            }
        }

        /** What Netty takes as the failure of one stream, of which nothing was sent yet. */
        private Throwable streamError(Object writer, Object headers, @Nullable Object stream, IOException refusal) {
            try {
                Throwable cause = headers.getClass().getName().startsWith("io.grpc.")
                        ? GrpcStatus.exception(members, headers.getClass(), refusal)
                        : refusal;
                Class<?> type = Class.forName(sibling(writer, "Http2Exception"), true, loader(writer));
                Class<?> code = Class.forName(sibling(writer, "Http2Error"), true, loader(writer));
                Object error = members.method(code, "valueOf", String.class).invoke(null, "CANCEL");
                Object thrown = members.method(
                                type, "streamError", int.class, code, Throwable.class, String.class, Object[].class)
                        .invoke(null, stream, error, cause, "%s", new Object[] {refusal.getMessage()});
                return thrown instanceof Throwable ? (Throwable) thrown : refusal;
            } catch (ReflectiveOperationException | RuntimeException e) {
                return refusal;
            }
        }

        private static String sibling(Object writer, String name) {
            Class<?> type = NettyChannel.superclass(writer.getClass(), WRITER);
            return (type == null ? WRITER : type.getName()).replace("DefaultHttp2FrameWriter", name);
        }

        private static @Nullable ClassLoader loader(Object writer) {
            Class<?> type = NettyChannel.superclass(writer.getClass(), WRITER);
            return (type == null ? writer.getClass() : type).getClassLoader();
        }

        @Override
        public void returned() {
            current.remove();
        }

        @Override
        public @Nullable Object @Nullable [] failed(Throwable thrown) {
            Arming arming = current.get();
            current.remove();
            if (arming != null) {
                arming.abandon();
            }
            return null;
        }
    }

    /** One field: what has a marker is written here. */
    private static final class Literal implements Answer {

        private final Http http;
        private final Members members;

        Literal(Http http, Members members) {
            this.http = http;
            this.members = members;
        }

        @Override
        public @Nullable Object answer(@Nullable Object[] arguments) throws Throwable {
            CharSequence value = (CharSequence) arguments[3];
            Object out = arguments[1];
            if (value == null || out == null || !http.neverIndexed().take(value)) {
                return null;
            }
            byte[] field = Before.neverIndexedField(String.valueOf(arguments[2]), value.toString());
            members.method(out.getClass(), "writeBytes", byte[].class).invoke(out, (Object) field);
            return Boolean.TRUE;
        }
    }
}
