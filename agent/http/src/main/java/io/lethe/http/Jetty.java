package io.lethe.http;

import io.lethe.weave.CallHook;
import io.lethe.weave.ClassPlan;
import io.lethe.weave.MethodHook;
import io.lethe.weave.Sites;
import java.util.ArrayList;
import java.util.List;

/**
 * Jetty's HttpClient 9.4 to 12.1, HTTP/1.1 and HTTP/2 (read in 9.4.58, 10.0.26 and 12.0.29, compared in the first versions of each
 * line). Its senders have the request and the connection: there a request is armed or refused. What puts fields into bytes,
 * {@code HttpGenerator} and {@code HpackEncoder}, is a server's too: it is given other fields only for a request that a sender
 * armed, and leaves all others alone. The application's request is never changed.
 *
 * <p>Loaded by the agent loader. Stateless.
 */
final class Jetty implements HttpStack {

    private static final String FIELD = "Lorg/eclipse/jetty/http/HttpField;";
    private static final String BUFFER = "Ljava/nio/ByteBuffer;";
    private static final String DATA = "Lorg/eclipse/jetty/http/MetaData;";

    @Override
    public List<ClassPlan> plans(Http http) {
        Sites sites = http.sites();
        JettyRequests requests = new JettyRequests(http);
        JettyHeads heads = new JettyHeads(requests);
        JettyFrames frames = new JettyFrames(requests);
        List<ClassPlan> plans = new ArrayList<>();
        for (String name : HttpClasses.JETTY_REQUEST) {
            // send() alone: it is the one that waits.
            plans.add(new ClassPlan(name)
                    .with(MethodHook.scope(sites, "send", requests.blocking()).startingWith(")")));
        }
        for (String name : HttpClasses.JETTY_1) {
            plans.add(sender(sites, name, requests, JettyRequests.Kind.HTTP_1));
        }
        for (String name : HttpClasses.JETTY_2) {
            plans.add(sender(sites, name, requests, JettyRequests.Kind.HTTP_2));
        }
        for (String name : HttpClasses.JETTY_OTHERS) {
            plans.add(sender(sites, name, requests, JettyRequests.Kind.OTHER));
        }
        plans.add(new ClassPlan(HttpClasses.JETTY_GENERATOR)
                .with(MethodHook.enter(sites, "generateRequest", heads.generating())
                        .startingWith("Lorg/eclipse/jetty/http/MetaData$Request;", BUFFER))
                .with(MethodHook.enter(sites, "putTo", heads.line())
                        .descriptor("(" + FIELD + BUFFER + ")V")
                        .replacing(0))
                .with(CallHook.statics("getBytes", "(Ljava/lang/String;)[B", "org/eclipse/jetty/util/StringUtil")
                        .in("generateRequestLine")
                        .atLeast(2)
                        .filtered(sites, heads.target())));
        plans.add(new ClassPlan(HttpClasses.JETTY_FRAME)
                .with(MethodHook.enter(sites, "<init>", frames.made()).startingWith(DATA)));
        plans.add(new ClassPlan(HttpClasses.JETTY_HPACK)
                .with(MethodHook.scope(sites, "encode", frames.encoding()).descriptor("(" + BUFFER + DATA + ")V"))
                .with(MethodHook.answer(sites, "encode", frames.literal()).descriptor("(" + BUFFER + FIELD + ")V")));
        return plans;
    }

    private static ClassPlan sender(Sites sites, String name, JettyRequests requests, JettyRequests.Kind kind) {
        return new ClassPlan(name)
                .with(MethodHook.answer(sites, "sendHeaders", requests.arming(kind)))
                .with(MethodHook.scope(sites, "sendHeaders", requests.sending()));
    }
}
