package io.lethe.http;

import io.lethe.weave.CallHook;
import io.lethe.weave.ClassPlan;
import io.lethe.weave.Filter;
import io.lethe.weave.MethodHook;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Axis 1, whose own sender writes a request's whole head to the socket in one go, as bytes: they are read again, line by line.
 * What it logs, and what its call keeps, is the reference.
 *
 * <p>Loaded by the agent loader. What is open belongs to the thread.
 */
final class Axis1 implements HttpStack {

    private static final String XML_UTILS = "org/apache/axis/utils/XMLUtils";
    private static final String HOLDER = "Lorg/apache/axis/transport/http/SocketHolder;";

    @Override
    public List<ClassPlan> plans(Http http) {
        ThreadLocal<Call> current = new ThreadLocal<>();
        Heads heads = new Heads(http, current);
        return Arrays.asList(
                new ClassPlan(HttpClasses.AXIS_1[0])
                        .with(MethodHook.scope(http.sites(), "writeToSocket", new Calls(current))
                                .startingWith(HOLDER))
                        .with(CallHook.instance("write", "([B)V", "java/io/OutputStream")
                                .in("writeToSocket")
                                .atLeast(2)
                                .filtered(http.sites(), heads)),
                new ClassPlan(HttpClasses.AXIS_1[1])
                        .with(CallHook.statics("base64encode", "([B)Ljava/lang/String;", XML_UTILS)
                                .in("create")
                                .filtered(http.sites(), new Proxies())));
    }

    /** What this thread is sending. */
    private static final class Call {

        final Object holder;

        @Nullable
        Arming arming;

        Call(Object holder) {
            this.holder = holder;
        }
    }

    private static final class Calls extends Sent<Call> {

        private final ThreadLocal<Call> current;

        Calls(ThreadLocal<Call> current) {
            super(current);
            this.current = current;
        }

        @Override
        public @Nullable Object[] enter(@Nullable Object[] arguments) {
            Object holder = arguments[1];
            if (holder != null) {
                current.set(new Call(holder));
            }
            return arguments;
        }

        @Override
        @Nullable
        Arming arming(Call open) {
            return open.arming;
        }
    }

    /** On all bytes that the sender writes by itself; the message's own it lets the message write. */
    private static final class Heads implements Filter {

        private static final String LINE = "\r\n";

        private final Http http;
        private final Members members;
        private final ThreadLocal<Call> current;

        Heads(Http http, ThreadLocal<Call> current) {
            this.http = http;
            this.members = new Members(http.recognition());
            this.current = current;
        }

        @Override
        public @Nullable Object filter(@Nullable Object value) throws Throwable {
            if (!(value instanceof byte[])) {
                return null;
            }
            StringBuilder head = new StringBuilder(Pairs.latin1((byte[]) value));
            if (!Arming.concernsHead(head)) {
                return null;
            }
            try {
                return armed(head.toString()).getBytes(StandardCharsets.ISO_8859_1);
            } catch (IOException e) {
                throw e;
            } catch (Throwable fault) {
                throw Careful.involved(fault);
            }
        }

        private String armed(String head) throws IOException, ReflectiveOperationException {
            Call call = current.get();
            int end = head.indexOf(LINE);
            String[] words = head.substring(0, Math.max(end, 0)).split(" ", 3);
            if (call == null || words.length < 3) {
                throw new IOException("lethe: this is not how Axis begins a request; the reference goes no further");
            }
            Arming arming = new Arming(
                    http, Peek.socket(members.call(call.holder, "getSocket")), words[0], words[1], Arming.PATIENT);
            call.arming = arming;
            if (Arming.concernsUrl(words[1])) {
                arming.unarmed().url(words[1]);
            }
            StringBuilder sent = new StringBuilder(head.length() + 64);
            sent.append(head, 0, end);
            for (int at = end; at < head.length(); ) {
                int start = at + LINE.length();
                int next = head.indexOf(LINE, start);
                at = next < 0 ? head.length() : next;
                sent.append(LINE).append(line(arming, head.substring(start, at)));
            }
            return sent.toString();
        }

        private static String line(Arming arming, String line) throws IOException {
            int colon = line.indexOf(": ");
            if (colon < 1 || !Arming.concerns(line.substring(colon + 2))) {
                return line;
            }
            String name = line.substring(0, colon);
            return name + ": " + arming.header(name, line.substring(colon + 2));
        }
    }

    /** On user and password for the proxy of a tunnel, just before they become Basic on the way to it in clear text. */
    private static final class Proxies implements Filter {

        @Override
        public @Nullable Object filter(@Nullable Object value) throws Throwable {
            if (value instanceof byte[] && Spot.in(Pairs.latin1((byte[]) value).toString())) {
                throw new IOException(
                        "lethe: a reference stands in the login at a proxy, where none resolves; it goes no further");
            }
            return null;
        }
    }
}
