package io.lethe.http;

import io.lethe.weave.ClassPlan;
import io.lethe.weave.MethodHook;
import io.lethe.weave.Scope;
import io.lethe.weave.Sites;
import java.io.IOException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Netty's codec of HTTP/1.1, 4.1 and 4.2, and with it Reactor Netty, AsyncHttpClient, Vert.x and what is built on them. The
 * encoder has the connection and the request; the function that it calls for each field is given the value with the marker, and
 * the request's own headers are left alone. Where its target or its form has a marker, a copy is encoded. The parts of a form
 * that comes behind its head are each looked at by itself, see {@link NettyBodies}. {@link NettyHttp2} is the other half.
 *
 * <p>Loaded by the agent loader. Thread-safe; each request on its channel's event loop.
 */
final class Netty implements HttpStack {

    private static final String REQUEST = "netty.handler.codec.http.HttpRequest";
    private static final String ENCODER = "netty.handler.codec.http.HttpObjectEncoder";

    @Override
    public List<ClassPlan> plans(Http http) {
        Encoding encoding = new Encoding(http, new Members(http.recognition()));
        Scope scope = Careful.scope(encoding);
        Sites sites = http.sites();
        List<ClassPlan> plans = new ArrayList<>();
        for (String netty : HttpClasses.NETTYS) {
            String encode = "(L" + netty + "channel/ChannelHandlerContext;Ljava/lang/Object;Ljava/util/List;)V";
            // The client's own encoder first: it counts the request before it calls the other.
            plans.add(new ClassPlan(netty + HttpClasses.NETTY_CLIENT)
                    .with(MethodHook.scope(sites, "encode", scope)
                            .descriptor(encode)
                            .replacing(1)));
            plans.add(new ClassPlan(netty + HttpClasses.NETTY_ENCODER)
                    .with(MethodHook.scope(sites, "encode", scope)
                            .descriptor(encode)
                            .replacing(1)));
            plans.add(new ClassPlan(netty + HttpClasses.NETTY_FIELD)
                    .with(MethodHook.enter(sites, "encoderHeader", new Field(encoding))
                            .descriptor(
                                    "(Ljava/lang/CharSequence;Ljava/lang/CharSequence;L" + netty + "buffer/ByteBuf;)V")
                            .replacing(1)));
        }
        return plans;
    }

    /** One request with references, on this thread. */
    private static final class Request {

        final Object context;
        final Sending sending;
        final @Nullable Object encoder;
        final Object message;
        /** What is encoded in the message's place, or that itself. */
        final Object sent;

        int depth = 1;

        Request(Object context, Sending sending, @Nullable Object encoder, Object message, Object sent) {
            this.context = context;
            this.sending = sending;
            this.encoder = encoder;
            this.message = message;
            this.sent = sent;
        }
    }

    /** Around the encoders. */
    private static final class Encoding implements Scope {

        private final Http http;
        private final Members members;
        private final NettyRequests copies;
        private final NettyBodies bodies;
        final ThreadLocal<Request> current = new ThreadLocal<>();
        private final ClassValue<Boolean> requests = new ClassValue<Boolean>() {
            @Override
            protected Boolean computeValue(Class<?> type) {
                return NettyRequests.implementing(type, REQUEST);
            }
        };

        Encoding(Http http, Members members) {
            this.http = http;
            this.members = members;
            this.copies = new NettyRequests(members);
            this.bodies = new NettyBodies(members);
        }

        @Override
        public @Nullable Object[] enter(@Nullable Object[] arguments) throws Throwable {
            Request outer = current.get();
            if (outer != null) {
                outer.depth++;
                return arguments;
            }
            Object context = arguments[1];
            Object message = arguments[2];
            if (context == null || message == null) {
                return arguments;
            }
            if (!requests.get(message.getClass())) {
                return part(arguments, context, message);
            }
            if (arguments[0] != null && !copies.isFull(message)) {
                bodies.begin(arguments[0], message);
            }
            byte[] form = copies.form(message);
            boolean concernsForm = Forms.concernsForm(form);
            if (!concernsForm && !concerned(message)) {
                noteTunnel(context, message);
                return arguments;
            }
            Object encoder = arguments[0];
            try {
                Request request = arm(encoder, context, message, concernsForm ? form : null);
                current.set(request);
                return Entering.with(arguments, 2, request.sent);
            } catch (Throwable e) {
                throw refused(encoder, context, message, e);
            }
        }

        /** One that is asked for without a login: that with one is noted where it is armed. */
        private void noteTunnel(Object context, Object message) throws ReflectiveOperationException {
            if (Tunnels.isAuthority(members.text(message, "uri"))
                    && members.text(message, "method").equals(Tunnels.CONNECT)) {
                try {
                    http.tunnels().ask(NettyChannel.destination(members, context, false), members.text(message, "uri"));
                } catch (IOException e) {
                    // Then no reference goes there.
                }
            }
        }

        private IOException refused(@Nullable Object encoder, Object context, Object message, Throwable e) {
            IOException refusal = e instanceof IOException ? (IOException) e : Careful.involved(NettyChannel.cause(e));
            try {
                release(encoder, message);
                // Vert.x does not ask what became of a write.
                members.method(context.getClass(), "fireExceptionCaught", Throwable.class)
                        .invoke(context, refusal);
            } catch (ReflectiveOperationException | RuntimeException unheard) {
                refusal.addSuppressed(unheard);
            }
            return refusal;
        }

        /** A part of a body whose head went before: of a form, with references, or none of ours. */
        private @Nullable Object[] part(@Nullable Object[] arguments, Object context, Object message) throws Throwable {
            Object encoder = arguments[0];
            NettyBodies.Form form = bodies.of(encoder, message);
            if (form == null) {
                return arguments;
            }
            byte[] own = bodies.bytes(message);
            boolean held = form.holds();
            NettyBodies.Part part = own == null ? null : form.next(own, bodies.isLast(message));
            if (part == null) {
                form.skip();
            }
            boolean concerns = part != null && Forms.concernsForm(part.bytes, part.from);
            if (!held && !form.holds() && !concerns) {
                return arguments;
            }
            Arming arming = null;
            try {
                if (part == null) {
                    throw new IOException("lethe: a reference in a form is followed by a part too large to look at; "
                            + "send it in one piece");
                }
                Class<?> type = requireHooks(encoder);
                Destination where = NettyChannel.destination(members, context, false);
                arming = new Arming(http, where, form.method, form.target, http.hasty(where));
                if (form.measured) {
                    arming.unarmed()
                            .refuseForm(
                                    part.bytes,
                                    part.from,
                                    "which comes behind its head and its length; send it in one piece");
                    return arguments;
                }
                byte[] body = arming.form(part.bytes, part.from);
                if (body == part.bytes && !held && !form.holds()) {
                    return arguments;
                }
                Object sent = bodies.copy(type, message, body);
                current.set(new Request(context, new Sending(arming), encoder, message, sent));
                return Entering.with(arguments, 2, sent);
            } catch (Throwable e) {
                if (arming != null) {
                    arming.abandon();
                }
                IOException refusal = refused(encoder, context, message, e);
                // Half a request is on its way: nothing else may be taken for its other half.
                members.call(members.get(context, "channel"), "close");
                throw refusal;
            }
        }

        private boolean concerned(Object message) throws ReflectiveOperationException {
            for (Iterator<?> i = fields(message); i.hasNext(); ) {
                if (Arming.concerns(String.valueOf(((Map.Entry<?, ?>) i.next()).getValue()))) {
                    return true;
                }
            }
            return Arming.concernsUrl(members.text(message, "uri"));
        }

        private Iterator<?> fields(Object message) throws ReflectiveOperationException {
            return (Iterator<?>) members.get(members.get(message, "headers"), "iteratorCharSequence");
        }

        private Request arm(@Nullable Object encoder, Object context, Object message, byte @Nullable [] form)
                throws IOException, ReflectiveOperationException {
            Class<?> type = requireHooks(encoder);
            Destination where = NettyChannel.destination(members, context, false);
            String target = members.text(message, "uri");
            Arming arming = new Arming(http, where, members.text(message, "method"), target, http.hasty(where));
            Sending sending = new Sending(arming);
            try {
                String path = target;
                if (Arming.concernsUrl(target) && copies.isSmall(message)) {
                    path = arming.requestTarget();
                } else {
                    arming.unarmed().url(target);
                }
                for (Iterator<?> i = fields(message); i.hasNext(); ) {
                    Map.Entry<?, ?> field = (Map.Entry<?, ?>) i.next();
                    String value = String.valueOf(field.getValue());
                    if (Arming.concerns(value)) {
                        sending.add(String.valueOf(field.getKey()), value);
                    }
                }
                byte[] body = form == null ? null : arming.form(form);
                body = body == form ? null : body;
                boolean same = body == null && path.equals(target);
                Object sent = same ? message : copies.copy(type, message, path, body);
                return new Request(context, sending, encoder, message, sent);
            } catch (Throwable e) {
                arming.abandon();
                throw e;
            }
        }

        private Class<?> requireHooks(@Nullable Object encoder) throws IOException {
            Class<?> type = encoder == null ? null : NettyChannel.superclass(encoder.getClass(), ENCODER);
            if (type == null) {
                throw new IOException("lethe: a reference in a request through an unknown encoder of Netty is refused");
            }
            String name = type.getName().replace("HttpObjectEncoder", "HttpHeadersEncoder");
            String obstacle = http.recognition().obstacle(name, type.getClassLoader());
            if (obstacle != null) {
                throw new IOException("lethe: this version of Netty is not known (" + name + ": " + obstacle
                        + "); a reference in a request is refused");
            }
            return type;
        }

        /** From the versions on in which it overrides {@code write}, the encoder itself gives back what it could not encode. */
        private void release(@Nullable Object encoder, Object message) throws ReflectiveOperationException {
            Class<?> type = encoder == null ? null : NettyChannel.superclass(encoder.getClass(), ENCODER);
            if (type == null) {
                return;
            }
            for (Method declared : type.getDeclaredMethods()) {
                if (declared.getName().equals("write")) {
                    String netty = type.getName().substring(0, type.getName().indexOf("handler.codec"));
                    Class<?> counts = Class.forName(netty + "util.ReferenceCountUtil", true, type.getClassLoader());
                    members.method(counts, "release", Object.class).invoke(null, message);
                    return;
                }
            }
        }

        @Override
        public void returned() throws ReflectiveOperationException {
            Request request = end();
            if (request != null) {
                releaseOriginal(request);
            }
            if (request != null && !request.sending.isOver()) {
                // What was encoded holds the reference itself: not a byte of it may leave.
                members.call(members.get(request.context, "channel"), "close");
                request.sending.arming.abandon();
            }
        }

        @Override
        public @Nullable Object @Nullable [] failed(Throwable thrown) throws ReflectiveOperationException {
            Request request = end();
            if (request != null) {
                request.sending.arming.abandon();
                releaseOriginal(request);
            }
            return null;
        }

        /** The encoder has given back the copy in its place. */
        private void releaseOriginal(Request request) throws ReflectiveOperationException {
            if (request.sent != request.message) {
                release(request.encoder, request.message);
            }
        }

        private @Nullable Request end() {
            Request request = current.get();
            if (request == null || --request.depth > 0) {
                return null;
            }
            current.remove();
            return request;
        }
    }

    /** One field of a head: a static method, without a connection. */
    private static final class Field extends Entering {

        private final Encoding encoding;

        Field(Encoding encoding) {
            this.encoding = encoding;
        }

        @Override
        public @Nullable Object[] enter(@Nullable Object[] arguments) {
            Request request = encoding.current.get();
            if (request == null || arguments[1] == null || arguments[2] == null) {
                return arguments;
            }
            String sent = request.sending.take((CharSequence) arguments[1], (CharSequence) arguments[2]);
            return sent == null ? arguments : with(arguments, 2, sent);
        }
    }
}
