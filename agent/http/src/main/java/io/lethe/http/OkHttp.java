package io.lethe.http;

import io.lethe.weave.ClassPlan;
import io.lethe.weave.MethodHook;
import io.lethe.weave.Recognition;
import io.lethe.weave.Scope;
import io.lethe.weave.Sites;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * OkHttp 3.5 to 5, and with it Retrofit and all that is built on it. The last interceptor has the connection; the codecs write the
 * request, on the same thread. Its requests are immutable: the codec is given a copy with markers, and nobody else sees that one.
 *
 * <p>HTTP/2: OkHttp's HPACK writer keeps what it sends in its table, so what has a marker in it is written by us behind
 * the other fields, never indexed. Versions before 3.5 have the same methods and no such interceptor or other codecs: they
 * refuse.
 *
 * <p>Loaded by the agent loader. Thread-safe.
 */
final class OkHttp implements HttpStack {

    private static final String HTTP = "okhttp3.internal.http";
    private static final String[] CODECS_1 = {HTTP + "1.Http1ExchangeCodec", HTTP + "1.Http1Codec"};
    private static final String[] CODECS_2 = {HTTP + "2.Http2ExchangeCodec", HTTP + "2.Http2Codec"};
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
                            .replacing(0)));
        }
        for (String name : HttpClasses.OKHTTP_2) {
            plans.add(new ClassPlan(name)
                    .with(MethodHook.scope(sites, "writeRequestHeaders", Careful.scope(new Opening(calls)))
                            .descriptor("(Lokhttp3/Request;)V")));
        }
        plans.add(new ClassPlan(HttpClasses.OKHTTP_HPACK)
                .with(MethodHook.scope(sites, "writeHeaders", Careful.scope(new Packing(calls)))
                        .descriptor("(Ljava/util/List;)V")
                        .replacing(0)));
        return plans;
    }

    /** One call in its last interceptor, on this thread. */
    private static final class Call {

        final @Nullable Call outer;
        final Object chain;

        @Nullable
        Arming armed;

        /** While HTTP/2 fields are written. */
        @Nullable
        Sending fields;

        @Nullable
        HpackList hpack;

        Call(@Nullable Call outer, Object chain) {
            this.outer = outer;
            this.chain = chain;
        }
    }

    /** What the four scopes share. */
    private static final class Calls {

        final Http http;
        final Members members;
        final ThreadLocal<Call> current = new ThreadLocal<>();

        Calls(Http http) {
            this.http = http;
            this.members = new Members(http.recognition());
        }

        /** The names and values of OkHttp's headers, one after another; null where none of them holds a reference. */
        String @Nullable [] concerned(Object headers) throws ReflectiveOperationException {
            int size = (Integer) members.get(headers, "size");
            boolean any = false;
            String[] all = new String[size * 2];
            for (int i = 0; i < size; i++) {
                all[2 * i] = (String) members.method(headers.getClass(), "name", int.class).invoke(headers, i);
                all[2 * i + 1] =
                        (String) members.method(headers.getClass(), "value", int.class).invoke(headers, i);
                any |= Arming.concerns(all[2 * i + 1]);
            }
            return any ? all : null;
        }

        /** The call on this thread. */
        Call call() throws IOException {
            Call call = current.get();
            if (call == null) {
                throw new IOException("lethe: a reference in what a proxy is told, or in a version of OkHttp before 3.5, "
                        + "has no sink; nothing was sent");
            }
            return call;
        }

        /** Replaces what is armed in names and values. */
        Sending arm(Call call, Object request, String[] all) throws IOException, ReflectiveOperationException {
            Arming arming = arming(request, members.get(call.chain, "connection"));
            try {
                Sending sending = new Sending(arming);
                for (int i = 0; i < all.length; i += 2) {
                    if (Arming.concerns(all[i + 1])) {
                        all[i + 1] = sending.add(all[i], all[i + 1]);
                    }
                }
                call.armed = arming;
                return sending;
            } catch (IOException e) {
                arming.abandon();
                throw e;
            } catch (RuntimeException e) {
                arming.abandon();
                throw new Careful.Involved(e);
            }
        }

        /**
         * The request's URL is where OkHttp itself routes it. Where HTTP/2 shares one connection among hosts (RFC 7540, 9.1.1)
         * it says more than the connection's own, and the peer's certificate has to hold its name.
         */
        private Arming arming(Object request, Object connection) throws ReflectiveOperationException {
            Object url = members.get(request, "url");
            Object socket = members.call(connection, "socket");
            SSLSocket tls = socket instanceof SSLSocket ? (SSLSocket) socket : null;
            Destination where = new Destination(
                    tls == null ? "http" : "https",
                    members.text(url, "host"),
                    (Integer) members.get(url, "port"),
                    tls,
                    members.text(connection, "protocol").startsWith("h2"));
            return new Arming(
                    http, where, members.text(request, "method"), members.text(url, "encodedPath"), Arming.PATIENT);
        }

        Object headers(Object like, String[] all) throws ReflectiveOperationException {
            return members.constructor(like.getClass(), String[].class).newInstance((Object) all);
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
            Object headers = calls.members.get(calls.members.get(chain, "request"), "headers");
            if (calls.concerned(headers) != null) {
                requireHooks(chain.getClass().getClassLoader());
            }
            calls.current.set(new Call(calls.current.get(), chain));
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

    /** HTTP/1.1, and what is said to proxies. */
    private static final class Writing extends Entering {

        private final Calls calls;

        Writing(Calls calls) {
            this.calls = calls;
        }

        @Override
        public @Nullable Object[] enter(@Nullable Object[] arguments) throws Throwable {
            Object headers = arguments[1];
            String[] all = headers == null ? null : calls.concerned(headers);
            if (all == null || headers == null) {
                return arguments;
            }
            Call call = calls.call();
            calls.arm(call, calls.members.get(call.chain, "request"), all);
            return with(arguments, 1, calls.headers(headers, all));
        }
    }

    /** The first half of HTTP/2: the codec has the request. */
    private static final class Opening implements Scope {

        private final Calls calls;

        Opening(Calls calls) {
            this.calls = calls;
        }

        @Override
        public @Nullable Object[] enter(@Nullable Object[] arguments) throws Throwable {
            Object request = arguments[1];
            String[] all = request == null ? null : calls.concerned(calls.members.get(request, "headers"));
            if (all != null && request != null) {
                Call call = calls.call();
                call.fields = calls.arm(call, request, all);
            }
            return arguments;
        }

        @Override
        public void returned() {
            Call call = calls.current.get();
            if (call != null) {
                call.fields = null;
            }
        }

        @Override
        public @Nullable Object @Nullable [] failed(Throwable thrown) {
            returned();
            return null;
        }
    }

    /** The second half: the writer has the fields, whose names are in lower case by now. */
    private static final class Packing extends Entering {

        private final Calls calls;

        Packing(Calls calls) {
            this.calls = calls;
        }

        @Override
        public @Nullable Object[] enter(@Nullable Object[] arguments) throws Throwable {
            Call call = calls.current.get();
            Sending fields = call == null ? null : call.fields;
            if (call == null || fields == null || arguments[0] == null || arguments[1] == null) {
                return arguments;
            }
            call.hpack = new HpackList(calls.members, fields, arguments[0], (List<?>) arguments[1]);
            return with(arguments, 1, call.hpack.others());
        }

        @Override
        public void returned() throws ReflectiveOperationException {
            Call call = calls.current.get();
            HpackList hpack = call == null ? null : call.hpack;
            if (call != null && hpack != null) {
                call.hpack = null;
                hpack.append();
            }
        }
    }
}
