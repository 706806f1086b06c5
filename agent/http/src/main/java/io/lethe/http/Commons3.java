package io.lethe.http;

import io.lethe.weave.ClassPlan;
import io.lethe.weave.MethodHook;
import io.lethe.weave.Scope;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/**
 * Commons HttpClient 3.0 and 3.1: a method writes its headers one by one, as text, through the connection's {@code print}, which
 * gets the text with the marker; what the method logs and keeps is the reference.
 *
 * <p>Loaded by the agent loader. What is open belongs to the thread.
 */
final class Commons3 implements HttpStack {

    private static final String METHOD = HttpClasses.COMMONS_3[0];
    private static final String CONNECTION = HttpClasses.COMMONS_3[1];

    private static final String STRING = "Ljava/lang/String;";

    @Override
    public List<ClassPlan> plans(Http http) {
        ThreadLocal<Head> current = new ThreadLocal<>();
        return Arrays.asList(
                new ClassPlan(METHOD)
                        .with(MethodHook.scope(http.sites(), "writeRequestHeaders", new Heads(current))
                                .descriptor("(Lorg/apache/commons/httpclient/HttpState;L" + CONNECTION + ";)V")),
                new ClassPlan(CONNECTION)
                        .with(MethodHook.enter(
                                        http.sites(), "print", Careful.scope(new Lines(http, current)))
                                .descriptor("(" + STRING + STRING + ")V")
                                .replacing(0)));
    }

    /** The head that this thread is writing. */
    private static final class Head {

        final Object method;

        @Nullable
        Arming arming;

        Head(Object method) {
            this.method = method;
        }

        void abandon() {
            if (arming != null) {
                arming.abandon();
            }
        }
    }

    private static final class Heads implements Scope {

        private final ThreadLocal<Head> current;

        Heads(ThreadLocal<Head> current) {
            this.current = current;
        }

        @Override
        public @Nullable Object[] enter(@Nullable Object[] arguments) {
            Object method = arguments[0];
            if (method != null) {
                current.set(new Head(method));
            }
            return arguments;
        }

        @Override
        public void returned() {
            current.remove();
        }

        @Override
        public @Nullable Object @Nullable [] failed(Throwable thrown) {
            Head head = current.get();
            current.remove();
            if (head != null) {
                head.abandon();
            }
            return null;
        }
    }

    /** {@code Name: value} with its line end, as {@code Header.toExternalForm} makes it. */
    private static final class Lines implements Scope {

        private static final String END = "\r\n";

        private final Http http;
        private final ThreadLocal<Head> current;

        Lines(Http http, ThreadLocal<Head> current) {
            this.http = http;
            this.current = current;
        }

        @Override
        public @Nullable Object[] enter(@Nullable Object[] arguments) throws Throwable {
            String line = (String) arguments[1];
            int colon = line == null ? -1 : line.indexOf(": ");
            // A request line has a blank before any colon.
            if (line == null || colon < 1 || line.indexOf(' ') < colon || !line.endsWith(END)) {
                return arguments;
            }
            String value = line.substring(colon + 2, line.length() - END.length());
            Object connection = arguments[0];
            if (connection == null || !Arming.concerns(value)) {
                return arguments;
            }
            try {
                @Nullable Object[] changed = arguments.clone();
                String name = line.substring(0, colon);
                changed[1] = name + ": " + arming(connection).header(name, value) + END;
                return changed;
            } catch (IOException e) {
                throw e instanceof SSLException ? e : new SSLHandshakeException(e.getMessage()).initCause(e);
            } catch (Throwable fault) {
                throw new Careful.Involved(fault);
            }
        }

        private Arming arming(Object connection) throws IOException, ReflectiveOperationException {
            Head head = current.get();
            if (head == null) {
                throw new IOException("lethe: a header with a reference is written by a method that is not one of the "
                        + "client's own; it goes no further");
            }
            Arming arming = head.arming;
            if (arming == null) {
                arming = new Arming(
                        http,
                        Peek.socket(Peek.call(connection, "getSocket")),
                        String.valueOf(Peek.call(head.method, "getName")),
                        String.valueOf(Peek.call(head.method, "getPath")),
                        Arming.PATIENT);
                head.arming = arming;
            }
            return arming;
        }

        @Override
        public void returned() {}

        @Override
        public @Nullable Object @Nullable [] failed(Throwable thrown) {
            return null;
        }
    }
}
