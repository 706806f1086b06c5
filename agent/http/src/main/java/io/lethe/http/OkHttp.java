package io.lethe.http;

import io.lethe.weave.Answer;
import io.lethe.weave.ClassPlan;
import io.lethe.weave.MethodHook;
import io.lethe.weave.Recognition;
import io.lethe.weave.Scope;
import io.lethe.weave.Sites;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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

    private static final String HTTP = "okhttp3.internal.http";
    private static final String[] CODECS_1 = {HTTP + "1.Http1ExchangeCodec", HTTP + "1.Http1Codec"};
    private static final String[] CODECS_2 = {HTTP + "2.Http2ExchangeCodec", HTTP + "2.Http2Codec"};
    private static final String BODY = "(Lokhttp3/Request;J)Lokio/Sink;";
    private static final String[] WRITER = {HTTP + "2.Hpack$Writer"};

    @Override
    public List<ClassPlan> plans(Http http) {
        OkHttpCalls calls = new OkHttpCalls(http);
        Sites sites = http.sites();
        OkHttpTunnels tunnels = new OkHttpTunnels(http, calls);
        List<ClassPlan> plans = new ArrayList<>();
        plans.add(new ClassPlan(HttpClasses.OKHTTP_LAST)
                .with(MethodHook.scope(sites, "intercept", Careful.scope(new Intercepting(calls)))
                        .descriptor("(Lokhttp3/Interceptor$Chain;)Lokhttp3/Response;")));
        for (String name : HttpClasses.OKHTTP_1) {
            plans.add(new ClassPlan(name)
                    .with(MethodHook.scope(sites, "writeRequest", Careful.scope(new Writing(calls, tunnels)))
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
        plans.add(new ClassPlan(HttpClasses.OKHTTP_TUNNEL[0])
                .with(MethodHook.scope(sites, "createTunnel", tunnels.asking()).optional())
                .orNothing());
        plans.add(new ClassPlan(HttpClasses.OKHTTP_TUNNEL[1])
                .with(MethodHook.scope(sites, "createTunnel", tunnels.asking())));
        HpackWriter writer = new HpackWriter(http, calls.members, null) {
            @Override
            @Nullable
            String path() {
                OkHttpCall call = calls.current.get();
                return call == null ? null : call.path;
            }
        };
        plans.add(new ClassPlan(HttpClasses.OKHTTP_HPACK)
                .with(MethodHook.scope(sites, "writeHeaders", Careful.scope(writer))
                        .descriptor("(Ljava/util/List;)V")
                        .replacing(0)));
        return plans;
    }

    /** Around the last interceptor: it knows the connection, and surely runs. */
    private static final class Intercepting implements Scope {

        private final OkHttpCalls calls;

        Intercepting(OkHttpCalls calls) {
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
            boolean concernsForm = Forms.concernsForm(form);
            if (concernsForm || calls.concerned(headers) || Arming.concernsUrl(calls.target(request))) {
                requireHooks(chain.getClass().getClassLoader());
                calls.current.set(calls.armed(chain, request, headers, concernsForm ? form : null));
            } else {
                calls.current.set(new OkHttpCall(calls.current.get(), headers, null, null));
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
            OkHttpCall call = end();
            Arming armed = call == null ? null : call.armed;
            if (armed != null) {
                armed.abandon();
            }
            return null;
        }

        private @Nullable OkHttpCall end() {
            OkHttpCall call = calls.current.get();
            if (call == null || call.outer == null) {
                calls.current.remove();
            } else {
                calls.current.set(call.outer);
            }
            return call;
        }
    }

    /** HTTP/1.1, and what is said to proxies of which a tunnel is wanted. */
    private static final class Writing extends Entering {

        private final OkHttpCalls calls;
        private final OkHttpTunnels tunnels;

        Writing(OkHttpCalls calls, OkHttpTunnels tunnels) {
            this.calls = calls;
            this.tunnels = tunnels;
        }

        @Override
        public @Nullable Object[] enter(@Nullable Object[] arguments) throws Throwable {
            // Where it is asked for a proxy's login, an application may make a call of its own.
            Object told = calls.sends(arguments[1]) ? null : tunnels.toSend(arguments[1], (String) arguments[2]);
            if (told != null) {
                return with(arguments, 1, told);
            }
            Object copy = calls.toSend(arguments[1]);
            if (copy == null) {
                return arguments;
            }
            @Nullable Object[] changed = with(arguments, 1, copy);
            OkHttpCall call = calls.current.get();
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

        private final OkHttpCalls calls;

        Body(OkHttpCalls calls) {
            this.calls = calls;
        }

        @Override
        public @Nullable Object answer(@Nullable Object[] arguments) throws Throwable {
            OkHttpCall call = calls.current.get();
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

        private final OkHttpCalls calls;

        Opening(OkHttpCalls calls) {
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
