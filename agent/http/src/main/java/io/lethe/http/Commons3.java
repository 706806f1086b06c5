package io.lethe.http;

import io.lethe.weave.Answer;
import io.lethe.weave.ClassPlan;
import io.lethe.weave.MethodHook;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Commons HttpClient 3.1: a method writes request line and headers one by one, as text, through the connection's
 * {@code print}, which gets the text with the marker; what the method logs and keeps is the reference.
 *
 * <p>3.0 is refused: see {@link Commons3Guard}.
 *
 * <p>Loaded by the agent loader. What is open belongs to the thread.
 */
final class Commons3 implements HttpStack {

    static final String METHOD = HttpClasses.COMMONS_3[0];
    static final String CONNECTION = HttpClasses.COMMONS_3[1];

    private static final String HEADER = HttpClasses.COMMONS_3[2];

    static final String WITH_BODY = HttpClasses.COMMONS_3[3];

    private static final String STRING = "Ljava/lang/String;";

    @Override
    public List<ClassPlan> plans(Http http) {
        ThreadLocal<Commons3Head> current = new ThreadLocal<>();
        Members members = new Members(http.recognition());
        return Arrays.asList(
                new ClassPlan(METHOD)
                        .with(MethodHook.scope(http.sites(), "writeRequest", Careful.scope(new Heads(members, current)))
                                .descriptor("(Lorg/apache/commons/httpclient/HttpState;L" + CONNECTION + ";)V")),
                new ClassPlan(CONNECTION)
                        .with(MethodHook.enter(http.sites(), "print", Careful.scope(new Commons3Lines(http, current)))
                                .descriptor("(" + STRING + STRING + ")V")
                                .replacing(0)),
                new ClassPlan(WITH_BODY)
                        .with(MethodHook.answer(http.sites(), "writeRequestBody", new Body(members, current))
                                .descriptor("(Lorg/apache/commons/httpclient/HttpState;L" + CONNECTION + ";)Z")),
                new ClassPlan(HEADER)
                        .with(MethodHook.enter(http.sites(), "toExternalForm", Careful.scope(new Commons3Guard(http)))
                                .descriptor("()" + STRING)));
    }

    private static final class Heads extends Sent<Commons3Head> {

        private final Members members;
        private final ThreadLocal<Commons3Head> current;

        Heads(Members members, ThreadLocal<Commons3Head> current) {
            super(current);
            this.members = members;
            this.current = current;
        }

        @Override
        public @Nullable Object[] enter(@Nullable Object[] arguments) throws ReflectiveOperationException {
            Object method = arguments[0];
            if (method != null) {
                Commons3Head head = new Commons3Head(method);
                current.set(head);
                if (members.text(method, "getName").equals("CONNECT")) {
                    asksForTunnel(head);
                }
            }
            return arguments;
        }

        /** Its request line is written past {@code print}: what comes there are headers. */
        private void asksForTunnel(Commons3Head head) throws ReflectiveOperationException {
            head.begun = true;
            Object target = members.fieldIfThere(head.method, "targethost");
            if (target != null) {
                head.target = members.text(target, "getHost") + ":" + members.get(target, "getPort");
                head.asks = true;
            }
        }

        @Override
        @Nullable
        Arming arming(Commons3Head open) {
            return open.arming;
        }
    }

    /** Writes a form with markers in place of the method's own body. */
    private static final class Body implements Answer {

        private final Members members;
        private final ThreadLocal<Commons3Head> current;

        Body(Members members, ThreadLocal<Commons3Head> current) {
            this.members = members;
            this.current = current;
        }

        @Override
        public @Nullable Object answer(@Nullable Object[] arguments) throws Throwable {
            Commons3Head head = current.get();
            byte[] body = head == null || head.method != arguments[0] ? null : head.body;
            Object connection = arguments[2];
            if (head == null || body == null || connection == null) {
                return null;
            }
            head.body = null;
            OutputStream out;
            try {
                Deque<String> length = head.marked.get(head.lengthLine);
                if (length == null || !length.isEmpty()) {
                    throw new IllegalStateException("a body without a length");
                }
                out = (OutputStream) members.get(connection, "getRequestOutputStream");
            } catch (ReflectiveOperationException | RuntimeException fault) {
                throw Careful.involved(fault);
            }
            out.write(body);
            out.flush();
            return Boolean.TRUE;
        }
    }
}
