package io.lethe.http;

import io.lethe.weave.ClassPlan;
import io.lethe.weave.MethodHook;
import io.lethe.weave.Scope;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code HttpURLConnection} of JDK 8 to 27, and all that is built on it: the JDK's own {@code sun.net.www.http.HttpClient}
 * writes each request from a header object that it keeps for a retry, so the markers stand in that object while it is written
 * and the references before and after.
 *
 * <p>Loaded by the agent loader. Stateless.
 */
final class UrlConnection implements HttpStack {

    private static final String HEADER = "Lsun/net/www/MessageHeader;";
    private static final String POSTER = "Lsun/net/www/http/PosterOutputStream;";

    @Override
    public List<ClassPlan> plans(Http http) {
        Scope scope = Careful.scope(new Writing(http));
        return Collections.singletonList(new ClassPlan(HttpClasses.URL_CONNECTION)
                .with(MethodHook.scope(http.sites(), "writeRequests", scope).descriptor("(" + HEADER + ")V"))
                .with(MethodHook.scope(http.sites(), "writeRequests", scope)
                        .descriptor("(" + HEADER + POSTER + ")V")
                        .replacing(1)));
    }

    /** One call of {@code writeRequests}; what is to be put back is the thread's. */
    private static final class Writing implements Scope {

        private final Http http;
        private final ThreadLocal<UrlConnectionWritten> current = new ThreadLocal<>();
        private volatile @Nullable UrlConnectionAccess access;

        Writing(Http http) {
            this.http = http;
        }

        @Override
        public @Nullable Object[] enter(@Nullable Object[] arguments) throws Throwable {
            current.remove();
            Object client = arguments[0];
            Object head = arguments[1];
            if (client == null || head == null) {
                return arguments;
            }
            UrlConnectionAccess fields = access();
            UrlConnectionWritten written = null;
            @Nullable Object[] changed = arguments;
            try {
                for (int i = 1; ; i++) {
                    String name = fields.key(head, i);
                    String value = fields.value(head, i);
                    if (name == null && value == null) {
                        break;
                    }
                    if (name == null || value == null || !Arming.concerns(value)) {
                        continue;
                    }
                    written = written(written, fields, client, head);
                    written.replace(i, name, value, written.arming.header(name, value));
                }
                String line = fields.key(head, 0);
                if (line != null && Arming.concernsUrl(line)) {
                    written = written(written, fields, client, head);
                    written.replaceLine(line);
                }
                byte[] body = arguments.length > 2 ? fields.form(head, arguments[2]) : null;
                if (body != null && Forms.concernsForm(body)) {
                    written = written(written, fields, client, head);
                    changed = arguments.clone();
                    changed[2] = written.replaceForm(client, arguments[2], body);
                }
            } catch (IOException e) {
                undo(written);
                fields.close(client);
                throw e;
            } catch (Throwable fault) {
                undo(written);
                throw written == null ? fault : new Careful.Involved(fault);
            }
            if (written != null) {
                current.set(written);
            }
            return changed;
        }

        private UrlConnectionWritten written(
                @Nullable UrlConnectionWritten made, UrlConnectionAccess fields, Object client, Object head)
                throws ReflectiveOperationException {
            return made != null ? made : new UrlConnectionWritten(fields, head, arming(fields, client, head));
        }

        private Arming arming(UrlConnectionAccess fields, Object client, Object head)
                throws ReflectiveOperationException {
            String line = String.valueOf(fields.key(head, 0));
            int first = line.indexOf(' ');
            String method = first < 0 ? line : line.substring(0, first);
            return new Arming(http, fields.destination(client, method), method, path(line), Arming.PATIENT);
        }

        private static String path(String line) {
            int first = line.indexOf(' ');
            int last = line.lastIndexOf(' ');
            return last <= first ? "/" : line.substring(first + 1, last);
        }

        private static void undo(@Nullable UrlConnectionWritten written) throws ReflectiveOperationException {
            if (written != null) {
                written.putBack();
                written.arming.abandon();
            }
        }

        @Override
        public void returned() throws ReflectiveOperationException {
            UrlConnectionWritten written = current.get();
            current.remove();
            if (written != null) {
                written.putBack();
            }
        }

        @Override
        public @Nullable Object @Nullable [] failed(Throwable thrown) throws ReflectiveOperationException {
            UrlConnectionWritten written = current.get();
            current.remove();
            undo(written);
            return null;
        }

        private UrlConnectionAccess access() throws ReflectiveOperationException {
            UrlConnectionAccess made = access;
            if (made == null) {
                http.recognition().open(Object.class, "sun.net", "sun.net.www", "sun.net.www.http");
                made = new UrlConnectionAccess();
                access = made;
            }
            return made;
        }
    }
}
