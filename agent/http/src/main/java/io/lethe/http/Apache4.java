package io.lethe.http;

import io.lethe.weave.ClassPlan;
import io.lethe.weave.MethodHook;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Apache HttpClient 4.0 to 4.5, blocking, and HttpAsyncClient 4.0 and 4.1, with all that is built on them (read in HttpCore
 * 4.0.1, 4.2.5, 4.3.3 and 4.4.16, HttpCore NIO 4.3.2 and 4.4.16). The client's classes differ from version to version; what
 * puts heads into bytes is HttpCore's and does not.
 *
 * <p>Loaded by the agent loader. Stateless.
 */
final class Apache4 implements HttpStack {

    private static final String OLD = HttpClasses.APACHE_4[0];
    private static final String NEW = HttpClasses.APACHE_4[1];
    private static final String WRITER = HttpClasses.APACHE_4[2];
    private static final String ASYNC = HttpClasses.APACHE_4[3];
    private static final String ASYNC_WRITER = HttpClasses.APACHE_4[4];
    private static final String AHEAD = HttpClasses.APACHE_4[5];

    private static final String REQUEST = "(Lorg/apache/http/HttpRequest;)V";
    private static final String WITH_BODY = "(Lorg/apache/http/HttpEntityEnclosingRequest;)V";
    private static final String MESSAGE = "(Lorg/apache/http/HttpMessage;)V";

    @Override
    public List<ClassPlan> plans(Http http) {
        Members members = new Members(http.recognition());
        ApacheBlockingBodies bodies = new ApacheBlockingBodies(http.recognition());
        Apache4AsyncBodies asyncBodies = new Apache4AsyncBodies(http.recognition(), members);
        ApacheHeads blocking = new ApacheHeads(
                http,
                new Connections(WRITER, Arming.PATIENT) {
                    @Override
                    public Destination destination(Object connection) throws IOException, ReflectiveOperationException {
                        return http.tunnels().destination(end(connection));
                    }

                    @Override
                    public @Nullable Object end(Object connection) throws ReflectiveOperationException {
                        return members.call(connection, "getSocket");
                    }
                },
                bodies);
        ApacheHeads async = new ApacheHeads(
                http,
                new Connections(ASYNC_WRITER, Arming.HASTY) {
                    @Override
                    public Destination destination(Object connection) throws IOException, ReflectiveOperationException {
                        return Peek.session(members, connection, false, "sslEngine", "session");
                    }
                },
                asyncBodies);
        List<ClassPlan> plans = new ArrayList<>();
        plans.add(plan(http, OLD, "sendRequestHeader", blocking).with(body(http, bodies)));
        plans.add(plan(http, NEW, "sendRequestHeader", blocking).with(body(http, bodies)));
        plans.add(new ClassPlan(ASYNC)
                .with(MethodHook.scope(http.sites(), "submitRequest", async.connection())
                        .descriptor(REQUEST)
                        .replacing(0)));
        plans.add(writer(http, WRITER, blocking));
        plans.add(writer(http, ASYNC_WRITER, async));
        plans.add(new ClassPlan(AHEAD)
                .with(MethodHook.enter(http.sites(), "prepare", async.ahead()))
                .with(MethodHook.enter(http.sites(), "generateRequest", asyncBodies.generating()))
                .with(MethodHook.answer(http.sites(), "produceContent", asyncBodies.producing())
                        .startingWith(
                                "Lorg/apache/http/impl/nio/client/InternalState;",
                                "Lorg/apache/http/nio/ContentEncoder;",
                                "Lorg/apache/http/nio/IOControl;")));
        return plans;
    }

    private static ClassPlan plan(Http http, String name, String method, ApacheHeads heads) {
        return new ClassPlan(name)
                .with(MethodHook.scope(http.sites(), method, heads.connection()).descriptor(REQUEST));
    }

    private static MethodHook body(Http http, ApacheBlockingBodies bodies) {
        return MethodHook.enter(http.sites(), "sendRequestEntity", bodies.writing())
                .descriptor(WITH_BODY)
                .replacing(0);
    }

    private static ClassPlan writer(Http http, String name, ApacheHeads heads) {
        return new ClassPlan(name)
                .with(MethodHook.enter(http.sites(), "write", heads.writer())
                        .descriptor(MESSAGE)
                        .replacing(0));
    }

    private abstract static class Connections implements ApacheHeads.Kind {

        private final String writerClass;
        private final long patience;

        Connections(String writerClass, long patience) {
            this.writerClass = writerClass;
            this.patience = patience;
        }

        @Override
        public ApacheMessages messages(ClassLoader loader) throws ReflectiveOperationException {
            return ApacheMessages.four(loader);
        }

        @Override
        public String writer() {
            return "requestWriter";
        }

        @Override
        public @Nullable Object host(@Nullable Object argument) {
            return argument != null && argument.getClass().getName().equals("org.apache.http.HttpHost")
                    ? argument
                    : null;
        }

        @Override
        public String writerClass() {
            return writerClass;
        }

        @Override
        public long patience() {
            return patience;
        }
    }
}
