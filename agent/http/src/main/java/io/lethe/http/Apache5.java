package io.lethe.http;

import io.lethe.weave.ClassPlan;
import io.lethe.weave.MethodHook;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Apache HttpClient 5.0 to 5.5, blocking and asynchronous, HTTP/1.1 and HTTP/2 (read in HttpCore 5.0.4, 5.1.3 and 5.3.6): as with
 * {@link Apache4}, HttpCore's classes are hooked and not the client's, but for where a request is taken from the application.
 *
 * <p>Loaded by the agent loader. Stateless.
 */
final class Apache5 implements HttpStack {

    private static final String BLOCKING = HttpClasses.APACHE_5[0];
    private static final String WRITER = HttpClasses.APACHE_5[1];
    private static final String ASYNC = HttpClasses.APACHE_5[2];
    private static final String ASYNC_WRITER = HttpClasses.APACHE_5[3];
    private static final String STREAM = HttpClasses.APACHE_5[4];
    private static final String ENCODER = HttpClasses.APACHE_5[5];
    private static final String AHEAD = HttpClasses.APACHE_5[6];

    private static final String HTTP = "Lorg/apache/hc/core5/http/";
    private static final String REQUEST = "(" + HTTP + "ClassicHttpRequest;)V";
    private static final String MESSAGE = HTTP + "HttpMessage;";

    /** Through the layers of an asynchronous connection, from the outermost to the engine. */
    static final String[] INWARDS = {"sslEngine", "tlsSessionRef", "this$0", "ioSession", "session"};

    @Override
    public List<ClassPlan> plans(Http http) {
        Members members = new Members(http.recognition());
        ApacheBlockingBodies bodies = new ApacheBlockingBodies(http.recognition());
        Apache5AsyncBodies asyncBodies = new Apache5AsyncBodies(http.recognition(), members);
        ApacheHeads blocking = new ApacheHeads(
                http,
                new Connections(members, "requestWriter", WRITER, Arming.PATIENT) {
                    @Override
                    public Destination destination(Object connection) throws IOException, ReflectiveOperationException {
                        return http.tunnels().destination(end(connection));
                    }

                    @Override
                    public @Nullable Object end(Object connection) throws ReflectiveOperationException {
                        Object holder = members.call(connection, "getSocketHolder");
                        return holder == null ? null : members.call(holder, "getSocket");
                    }
                },
                bodies);
        ApacheHeads async = new ApacheHeads(
                http,
                new Connections(members, "outgoingMessageWriter", ASYNC_WRITER, Arming.HASTY) {
                    @Override
                    public Destination destination(Object connection) throws IOException, ReflectiveOperationException {
                        return Peek.session(members, connection, false, INWARDS);
                    }
                },
                asyncBodies);
        ApacheStreams streams = new ApacheStreams(http, STREAM, ENCODER, asyncBodies);
        List<ClassPlan> plans = new ArrayList<>();
        plans.add(new ClassPlan(BLOCKING)
                .with(MethodHook.scope(http.sites(), "sendRequestHeader", blocking.connection())
                        .descriptor(REQUEST))
                .with(MethodHook.enter(http.sites(), "sendRequestEntity", bodies.writing())
                        .descriptor(REQUEST)
                        .replacing(0))
                .with(MethodHook.enter(http.sites(), "terminateRequest", bodies.writing())
                        .descriptor(REQUEST)
                        .replacing(0)));
        plans.add(new ClassPlan(WRITER)
                .with(MethodHook.enter(http.sites(), "write", blocking.writer())
                        .descriptor("(" + MESSAGE + HTTP + "io/SessionOutputBuffer;Ljava/io/OutputStream;)V")
                        .replacing(0)));
        plans.add(new ClassPlan(ASYNC)
                .with(MethodHook.scope(http.sites(), "commitMessageHead", async.connection())
                        .descriptor("(" + MESSAGE + "Z" + HTTP + "impl/nio/FlushMode;)V")
                        .replacing(0)));
        plans.add(new ClassPlan(ASYNC_WRITER)
                .with(MethodHook.enter(http.sites(), "write", async.writer())
                        .descriptor("(" + MESSAGE + HTTP + "nio/SessionOutputBuffer;)V")
                        .replacing(0)));
        plans.add(new ClassPlan(STREAM)
                .with(MethodHook.scope(http.sites(), "submit", streams.submit()).descriptor("(Ljava/util/List;Z)V")));
        plans.add(new ClassPlan(ENCODER)
                .with(MethodHook.answer(http.sites(), "encodeHeader", streams.encode())
                        .descriptor("(Lorg/apache/hc/core5/util/ByteArrayBuffer;" + HTTP + "Header;ZZ)V")));
        for (String stream : new String[] {HttpClasses.APACHE_5[7], HttpClasses.APACHE_5[8]}) {
            plans.add(new ClassPlan(stream)
                    .with(MethodHook.scope(http.sites(), "commitRequest", asyncBodies.committing())
                            .descriptor("(" + HTTP + "HttpRequest;" + HTTP + "EntityDetails;)V")));
        }
        for (String producer : new String[] {HttpClasses.APACHE_5[9], HttpClasses.APACHE_5[10]}) {
            plans.add(new ClassPlan(producer)
                    .with(MethodHook.answer(http.sites(), "produce", asyncBodies.producing())
                            .descriptor("(" + HTTP + "nio/DataStreamChannel;)V")));
        }
        plans.add(new ClassPlan(AHEAD).with(MethodHook.enter(http.sites(), "execute", async.ahead())));
        return plans;
    }

    private abstract static class Connections implements ApacheHeads.Kind {

        private final Members members;
        private final String writer;
        private final String writerClass;
        private final long patience;

        Connections(Members members, String writer, String writerClass, long patience) {
            this.members = members;
            this.writer = writer;
            this.writerClass = writerClass;
            this.patience = patience;
        }

        @Override
        public ApacheMessages messages(ClassLoader loader) throws ReflectiveOperationException {
            return ApacheMessages.five(loader);
        }

        @Override
        public String writer() {
            return writer;
        }

        @Override
        public String writerClass() {
            return writerClass;
        }

        @Override
        public long patience() {
            return patience;
        }

        @Override
        public @Nullable Object host(@Nullable Object argument) throws ReflectiveOperationException {
            if (argument == null || !argument.getClass().getName().endsWith(".AsyncExecChain$Scope")) {
                return null;
            }
            return members.call(members.field(argument, "route"), "getTargetHost");
        }
    }
}
