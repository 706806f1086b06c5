package io.lethe.http;

import io.lethe.weave.Answer;
import io.lethe.weave.ClassPlan;
import io.lethe.weave.MethodHook;
import java.io.IOException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * gRPC's own transport over OkHttp's sockets: each stream, once it has its number, sends a list of fields that it then forgets. The
 * list is replaced by one with markers; the HPACK writer is a copy of OkHttp's ({@link HpackWriter}).
 *
 * <p>Loaded by the agent loader. Thread-safe. Under the transport's lock, so it waits no longer than an event loop. A refused
 * stream is finished as one that the transport could not carry; the connection goes on.
 */
final class GrpcOkHttp implements HttpStack {

    private static final String WRITER = "io.grpc.okhttp.internal.framed.Hpack$Writer";

    @Override
    public List<ClassPlan> plans(Http http) {
        Members members = new Members(http.recognition());
        HpackWriter writer = new HpackWriter(http, members, HttpClasses.GRPC_STREAM.replace('/', '.'));
        return Arrays.asList(
                new ClassPlan(HttpClasses.GRPC_STREAM)
                        .with(MethodHook.answer(http.sites(), "start", new Starting(http, members, writer))
                                .descriptor("(I)V")),
                new ClassPlan(HttpClasses.GRPC_HPACK)
                        .with(MethodHook.scope(http.sites(), "writeHeaders", Careful.scope(writer))
                                .descriptor("(Ljava/util/List;)V")
                                .replacing(0)));
    }

    /** A stream of the client, before its first frame. */
    private static final class Starting implements Answer {

        private final Http http;
        private final Members members;
        private final HpackWriter writer;

        Starting(Http http, Members members, HpackWriter writer) {
            this.http = http;
            this.members = members;
            this.writer = writer;
        }

        @Override
        public @Nullable Object answer(@Nullable Object[] arguments) throws Throwable {
            Object state = arguments[0];
            Object id = arguments[1];
            if (state == null || id == null) {
                return null;
            }
            List<?> fields;
            Object transport;
            try {
                fields = (List<?>) members.field(state, "requestHeaders");
                transport = members.field(state, "transport");
                if (!concerned(fields)) {
                    return null;
                }
            } catch (ReflectiveOperationException | RuntimeException e) {
                // Another shape: calls without references go on.
                writer.nothingIsArmed();
                return null;
            }
            try {
                members.set(state, "requestHeaders", armed(transport, fields));
                return null;
            } catch (Exception e) {
                finish(transport, id, e instanceof IOException ? (IOException) e : Careful.involved(e));
                return Boolean.TRUE;
            }
        }

        private boolean concerned(List<?> fields) throws ReflectiveOperationException {
            for (Object field : fields) {
                if (Arming.concerns(text(field, "value"))) {
                    return true;
                }
            }
            return false;
        }

        private String text(Object field, String half) throws ReflectiveOperationException {
            return members.text(members.field(field, half), "utf8");
        }

        private List<Object> armed(Object transport, List<?> fields) throws IOException, ReflectiveOperationException {
            String obstacle =
                    http.recognition().obstacle(WRITER, transport.getClass().getClassLoader());
            if (obstacle != null) {
                throw new IOException("lethe: this version of gRPC is not known (" + WRITER + ": " + obstacle
                        + "); a reference in a request is refused");
            }
            Arming arming = arming(transport, fields);
            try {
                List<Object> all = new ArrayList<>();
                int bytes = 0;
                for (Object field : fields) {
                    String name = text(field, "name");
                    String value = text(field, "value");
                    String sent = value;
                    if (name.equals(":path")) {
                        arming.unarmed().url(value);
                    } else if (Arming.concerns(value)) {
                        sent = arming.header(name, value);
                    }
                    all.add(sent.equals(value) ? field : field(field, sent));
                    bytes += Arming.size(name, sent);
                }
                arming.requireOneFrame(bytes);
                return all;
            } catch (IOException | ReflectiveOperationException | RuntimeException e) {
                arming.abandon();
                throw e;
            }
        }

        private Arming arming(Object transport, List<?> fields) throws ReflectiveOperationException {
            Object socket = members.field(transport, "socket");
            Destination where = new Destination(
                    socket instanceof SSLSocket ? "https" : "http",
                    members.text(transport, "getOverridenHost"),
                    (Integer) members.get(transport, "getOverridenPort"),
                    socket instanceof SSLSocket ? socket : null,
                    true);
            String method = "POST";
            String path = "/";
            for (Object field : fields) {
                String name = text(field, "name");
                method = name.equals(":method") ? text(field, "value") : method;
                path = name.equals(":path") ? text(field, "value") : path;
            }
            return new Arming(http, where, method, path, http.hasty(where));
        }

        private Object field(Object like, String value) throws ReflectiveOperationException {
            return members.constructor(like.getClass(), String.class, String.class)
                    .newInstance(text(like, "name"), value);
        }

        private void finish(Object transport, Object id, IOException refusal) throws ReflectiveOperationException {
            Object status = GrpcStatus.of(members, transport.getClass(), refusal);
            for (Method method : transport.getClass().getDeclaredMethods()) {
                if (method.getName().equals("finishStream") && method.getParameterTypes().length == 6) {
                    Class<?>[] types = method.getParameterTypes();
                    Object processed = types[2].getField("PROCESSED").get(null);
                    members.method(transport.getClass(), "finishStream", types)
                            .invoke(transport, id, status, processed, true, null, null);
                    return;
                }
            }
            throw new NoSuchMethodException("finishStream");
        }
    }
}
