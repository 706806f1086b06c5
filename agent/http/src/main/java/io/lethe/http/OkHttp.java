package io.lethe.http;

import io.lethe.weave.Answer;
import io.lethe.weave.ClassPlan;
import io.lethe.weave.MethodHook;
import io.lethe.weave.Recognition;
import io.lethe.weave.Scope;
import io.lethe.weave.Sites;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * OkHttp 3.5 to 5, and with it Retrofit and all that is built on it. The last interceptor has the connection: there a request is
 * armed or refused (an error later, in the codec, makes OkHttp 5 wait for an answer). The codecs write it, on the same
 * thread. Requests are immutable: a codec is given a copy with markers, and nobody else sees that one.
 *
 * <p>HTTP/2: see {@link HpackWriter}. Versions before 3.5 have the same methods and no such interceptor or other codecs: they
 * refuse.
 *
 * <p>Loaded by the agent loader. Thread-safe.
 */
final class OkHttp implements HttpStack {

    /** What {@code :method}, {@code :scheme}, {@code :authority} and {@code :path} take at most, without the path itself. */
    private static final int PSEUDO_FIELDS = 512;

    private static final String HTTP = "okhttp3.internal.http";
    private static final String[] CODECS_1 = {HTTP + "1.Http1ExchangeCodec", HTTP + "1.Http1Codec"};
    private static final String[] CODECS_2 = {HTTP + "2.Http2ExchangeCodec", HTTP + "2.Http2Codec"};
    private static final String BODY = "(Lokhttp3/Request;J)Lokio/Sink;";
    private static final String[] WRITER = {HTTP + "2.Hpack$Writer"};

    @Override
    public List<ClassPlan> plans(Http http) {
        Calls calls = new Calls(http);
        Sites sites = http.sites();
        List<ClassPlan> plans = new ArrayList<>();
        plans.add(new ClassPlan(HttpClasses.OKHTTP_LAST)
                .with(MethodHook.scope(sites, "intercept", Careful.scope(new Intercepting(calls)))
                        .descriptor("(Lokhttp3/Interceptor$Chain;)Lokhttp3/Response;")));
        for (String name : HttpClasses.OKHTTP_1) {
            plans.add(new ClassPlan(name)
                    .with(MethodHook.scope(sites, "writeRequest", Careful.scope(new Writing(calls)))
                            .descriptor("(Lokhttp3/Headers;Ljava/lang/String;)V")
                            .replacing(0, 1))
                    .with(MethodHook.answer(sites, "createRequestBody", new Body(calls))
                            .descriptor(BODY)));
        }
        for (String name : HttpClasses.OKHTTP_2) {
            plans.add(new ClassPlan(name)
                    .with(MethodHook.scope(sites, "writeRequestHeaders", Careful.scope(new Opening(calls)))
                            .descriptor("(Lokhttp3/Request;)V")
                            .replacing(0))
                    .with(MethodHook.answer(sites, "createRequestBody", new Body(calls))
                            .descriptor(BODY)));
        }
        HpackWriter writer = new HpackWriter(http, calls.members, null) {
            @Override
            @Nullable
            String path() {
                Call call = calls.current.get();
                return call == null ? null : call.path;
            }
        };
        plans.add(new ClassPlan(HttpClasses.OKHTTP_HPACK)
                .with(MethodHook.scope(sites, "writeHeaders", Careful.scope(writer))
                        .descriptor("(Ljava/util/List;)V")
                        .replacing(0)));
        return plans;
    }

    /** One call in its last interceptor, on this thread. */
    private static final class Call {

        final @Nullable Call outer;
        /** Those of its request, and their copy with markers where there is one. */
        final Object headers;

        final @Nullable Object copy;
        final @Nullable Arming armed;

        /** Path and query with markers; null where they stay. */
        @Nullable
        String path;

        /** The form with markers, until it is written; null where the body stays. */
        byte @Nullable [] body;

        Call(@Nullable Call outer, Object headers, @Nullable Object copy, @Nullable Arming armed) {
            this.outer = outer;
            this.headers = headers;
            this.copy = copy;
            this.armed = armed;
        }
    }

    /** What the four scopes share. */
    private static final class Calls {

        final Http http;
        final Members members;
        final OkHttpBodies bodies;
        final ThreadLocal<Call> current = new ThreadLocal<>();

        Calls(Http http) {
            this.http = http;
            this.members = new Members(http.recognition());
            this.bodies = new OkHttpBodies(members);
        }

        boolean concerned(Object headers) throws ReflectiveOperationException {
            Method value = members.method(headers.getClass(), "value", int.class);
            for (int i = size(headers) - 1; i >= 0; i--) {
                if (Arming.concerns((String) value.invoke(headers, i))) {
                    return true;
                }
            }
            return false;
        }

        private int size(Object headers) throws ReflectiveOperationException {
            return (Integer) members.get(headers, "size");
        }

        /** What a codec is to send in place of these headers; null where it is to send them. */
        @SuppressWarnings("ReferenceEquality") // of other ones nothing is known
        @Nullable
        Object toSend(@Nullable Object headers) throws IOException, ReflectiveOperationException {
            Call call = current.get();
            if (headers == null || (call != null && call.headers == headers)) {
                return call == null ? null : call.copy;
            }
            if (concerned(headers)) {
                throw new IOException(
                        "lethe: a reference in what a proxy is told, or in a version of OkHttp before 3.5, "
                                + "has no sink; nothing was sent");
            }
            return null;
        }

        /** Path and query, as they will be sent. */
        String target(Object request) throws ReflectiveOperationException {
            Object url = members.get(request, "url");
            Object query = members.call(url, "encodedQuery");
            String path = members.text(url, "encodedPath");
            return query == null ? path : path + '?' + query;
        }

        /** With a copy of the headers that holds markers. */
        Call armed(Object chain, Object request, Object headers, byte @Nullable [] form) throws IOException {
            Arming arming = null;
            try {
                Object connection = members.get(chain, "connection");
                String target = target(request);
                boolean whole = sendsWholeUrls(connection);
                arming = arming(request, whole ? members.text(request, "url") : target, connection);
                String path = target;
                if (whole) {
                    arming.url(target);
                } else if (Arming.concernsUrl(target)) {
                    path = arming.requestTarget();
                }
                byte[] body = form == null ? null : arming.form(form);
                Method nameOf = members.method(headers.getClass(), "name", int.class);
                Method valueOf = members.method(headers.getClass(), "value", int.class);
                String[] all = new String[2 * size(headers)];
                int bytes = PSEUDO_FIELDS + path.length();
                for (int i = 0; i < all.length; i += 2) {
                    String name = (String) nameOf.invoke(headers, i / 2);
                    String value = (String) valueOf.invoke(headers, i / 2);
                    all[i] = name;
                    all[i + 1] = Arming.concerns(value) ? arming.header(name, value) : value;
                    if (body != null && name.equalsIgnoreCase("Content-Length")) {
                        all[i + 1] = String.valueOf(body.length);
                    }
                    bytes += Arming.size(name, all[i + 1]);
                }
                arming.requireOneFrame(bytes);
                Object copy =
                        members.constructor(headers.getClass(), String[].class).newInstance((Object) all);
                Call call = new Call(current.get(), headers, copy, arming);
                call.path = path.equals(target) ? null : path;
                call.body = body == form ? null : body;
                return call;
            } catch (Throwable e) {
                if (arming != null) {
                    arming.abandon();
                }
                throw e instanceof IOException ? (IOException) e : Careful.involved(e);
            }
        }

        /**
         * The request's URL is where OkHttp itself routes it. Where HTTP/2 shares one connection among hosts (RFC 7540, 9.1.1)
         * it says more than the connection's own, and the peer's certificate has to hold its name.
         */
        private Arming arming(Object request, String target, Object connection)
                throws IOException, ReflectiveOperationException {
            Object url = members.get(request, "url");
            Object socket = members.call(connection, "socket");
            boolean multiplexed = members.text(connection, "protocol").startsWith("h2");
            String method = members.text(request, "method");
            if (socket instanceof SSLSocket) {
                String host = members.text(url, "host");
                Destination where =
                        new Destination("https", host, (Integer) members.get(url, "port"), socket, multiplexed);
                return new Arming(http, where, method, target, Arming.PATIENT);
            }
            // In clear text nothing but the socket tells whom it talks to.
            Destination there = Peek.socket(socket);
            Destination where = Destination.plain(there.host, there.port, socket, multiplexed);
            return new Arming(http, where, method, target, Arming.PATIENT);
        }

        /** To a proxy, in clear text. */
        private boolean sendsWholeUrls(Object connection) throws ReflectiveOperationException {
            Proxy proxy = (Proxy) members.get(members.get(connection, "route"), "proxy");
            return proxy.type() == Proxy.Type.HTTP && !(members.call(connection, "socket") instanceof SSLSocket);
        }
    }

    /** Around the last interceptor: it knows the connection, and surely runs. */
    private static final class Intercepting implements Scope {

        private final Calls calls;

        Intercepting(Calls calls) {
            this.calls = calls;
        }

        @Override
        public @Nullable Object[] enter(@Nullable Object[] arguments) throws Throwable {
            Object chain = arguments[1];
            if (chain == null) {
                return arguments;
            }
            Object request = calls.members.get(chain, "request");
            Object headers = calls.members.get(request, "headers");
            byte[] form = calls.bodies.form(request, headers);
            boolean concernsForm = Arming.concernsForm(form);
            if (concernsForm || calls.concerned(headers) || Arming.concernsUrl(calls.target(request))) {
                requireHooks(chain.getClass().getClassLoader());
                calls.current.set(calls.armed(chain, request, headers, concernsForm ? form : null));
            } else {
                calls.current.set(new Call(calls.current.get(), headers, null, null));
            }
            return arguments;
        }

        /** A version in which the codecs are other ones would send the reference as it stands. */
        private void requireHooks(@Nullable ClassLoader loader) throws IOException {
            for (String[] names : Arrays.asList(CODECS_1, CODECS_2, WRITER)) {
                String obstacle = Recognition.ABSENT;
                for (String name : names) {
                    if (Recognition.ABSENT.equals(obstacle)) {
                        obstacle = calls.http.recognition().obstacle(name, loader);
                    }
                }
                if (obstacle != null) {
                    throw new IOException("lethe: this version of OkHttp is not known (" + names[0] + ": " + obstacle
                            + "); a reference in a request is refused");
                }
            }
        }

        @Override
        public void returned() {
            end();
        }

        @Override
        public @Nullable Object @Nullable [] failed(Throwable thrown) {
            Call call = end();
            Arming armed = call == null ? null : call.armed;
            if (armed != null) {
                armed.abandon();
            }
            return null;
        }

        private @Nullable Call end() {
            Call call = calls.current.get();
            if (call == null || call.outer == null) {
                calls.current.remove();
            } else {
                calls.current.set(call.outer);
            }
            return call;
        }
    }

    /** HTTP/1.1, and what is said to proxies: then there is no call. */
    private static final class Writing extends Entering {

        private final Calls calls;

        Writing(Calls calls) {
            this.calls = calls;
        }

        @Override
        public @Nullable Object[] enter(@Nullable Object[] arguments) throws Throwable {
            Object copy = calls.toSend(arguments[1]);
            if (copy == null) {
                return arguments;
            }
            @Nullable Object[] changed = with(arguments, 1, copy);
            Call call = calls.current.get();
            String line = (String) arguments[2];
            if (call != null && call.path != null && line != null) {
                changed[2] =
                        line.substring(0, line.indexOf(' ') + 1) + call.path + line.substring(line.lastIndexOf(' '));
            }
            return changed;
        }
    }

    /** Where a request's body is written to. */
    private static final class Body implements Answer {

        private final Calls calls;

        Body(Calls calls) {
            this.calls = calls;
        }

        @Override
        public @Nullable Object answer(@Nullable Object[] arguments) throws Throwable {
            Call call = calls.current.get();
            Object codec = arguments[0];
            Object request = arguments[1];
            byte[] body = call == null ? null : call.body;
            if (call == null || body == null || codec == null || request == null) {
                return null;
            }
            // Asked again, for its own one, which has to know the length.
            call.body = null;
            try {
                Object sink = calls.members
                        .method(codec.getClass(), "createRequestBody", request.getClass(), long.class)
                        .invoke(codec, request, (long) body.length);
                return calls.bodies.writing(body, sink);
            } catch (Throwable fault) {
                throw Careful.involved(fault);
            }
        }
    }

    /** HTTP/2. */
    private static final class Opening extends Entering {

        private final Calls calls;

        Opening(Calls calls) {
            this.calls = calls;
        }

        @Override
        public @Nullable Object[] enter(@Nullable Object[] arguments) throws Throwable {
            Object request = arguments[1];
            Members members = calls.members;
            Object copy = request == null ? null : calls.toSend(members.get(request, "headers"));
            if (request == null || copy == null) {
                return arguments;
            }
            try {
                Object builder = members.get(request, "newBuilder");
                members.method(builder.getClass(), "headers", copy.getClass()).invoke(builder, copy);
                return with(arguments, 1, members.get(builder, "build"));
            } catch (ReflectiveOperationException | RuntimeException e) {
                throw Careful.involved(e);
            }
        }
    }
}
