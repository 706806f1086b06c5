package io.lethe.http;

import io.lethe.weave.ClassPlan;
import io.lethe.weave.MethodHook;
import io.lethe.weave.Scope;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import javax.net.ssl.SSLSocket;
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
        private final ThreadLocal<Written> current = new ThreadLocal<>();
        private volatile @Nullable Access access;

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
            Access fields = access();
            Written written = null;
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
                if (body != null && Arming.concernsForm(body)) {
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

        private Written written(@Nullable Written made, Access fields, Object client, Object head)
                throws ReflectiveOperationException {
            return made != null ? made : new Written(fields, head, arming(fields, client, head));
        }

        private Arming arming(Access fields, Object client, Object head) throws ReflectiveOperationException {
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

        private static void undo(@Nullable Written written) throws ReflectiveOperationException {
            if (written != null) {
                written.putBack();
                written.arming.abandon();
            }
        }

        @Override
        public void returned() throws ReflectiveOperationException {
            Written written = current.get();
            current.remove();
            if (written != null) {
                written.putBack();
            }
        }

        @Override
        public @Nullable Object @Nullable [] failed(Throwable thrown) throws ReflectiveOperationException {
            Written written = current.get();
            current.remove();
            undo(written);
            return null;
        }

        private Access access() throws ReflectiveOperationException {
            Access made = access;
            if (made == null) {
                http.recognition().open(Object.class, "sun.net", "sun.net.www", "sun.net.www.http");
                made = new Access();
                access = made;
            }
            return made;
        }
    }

    /** The values that were replaced in one header object. */
    private static final class Written {

        private final Access fields;
        private final Object head;
        private final Arming arming;
        private final List<@Nullable String[]> before = new ArrayList<>(1);
        private final List<Integer> indexes = new ArrayList<>(1);
        private @Nullable Object client;
        private @Nullable Object poster;

        Written(Access fields, Object head, Arming arming) {
            this.fields = fields;
            this.head = head;
            this.arming = arming;
        }

        void replace(int index, @Nullable String name, @Nullable String value, String sent)
                throws ReflectiveOperationException {
            if (!sent.equals(value)) {
                before.add(new @Nullable String[] {name, value});
                indexes.add(index);
                fields.set(head, index, name, sent);
            }
        }

        /** The request line: a header with a name only. */
        void replaceLine(String line) throws IOException, ReflectiveOperationException {
            int first = line.indexOf(' ');
            int last = line.lastIndexOf(' ');
            if (first < last) {
                String sent = line.substring(0, first + 1) + arming.requestTarget() + line.substring(last);
                before.add(new @Nullable String[] {line, null});
                indexes.add(0);
                fields.set(head, 0, sent, null);
            }
        }

        /** A form in memory and the header that says its length. */
        Object replaceForm(Object client, @Nullable Object poster, byte[] body)
                throws IOException, ReflectiveOperationException {
            byte[] sent = arming.form(body);
            if (sent.length != body.length) {
                for (int i = 1; fields.key(head, i) != null; i++) {
                    String name = fields.key(head, i);
                    if ("Content-Length".equalsIgnoreCase(name)) {
                        replace(i, "Content-Length", fields.value(head, i), String.valueOf(sent.length));
                    }
                }
            }
            this.client = client;
            this.poster = poster;
            return fields.poster(sent);
        }

        void putBack() throws ReflectiveOperationException {
            if (client != null) {
                fields.setPoster(client, poster);
                client = null;
            }
            for (int i = 0; i < indexes.size(); i++) {
                fields.set(head, indexes.get(i), before.get(i)[0], before.get(i)[1]);
            }
            indexes.clear();
            before.clear();
        }
    }

    /** The JDK's private places that are read and written. */
    private static final class Access {

        private final Method getKey;
        private final Method getValue;
        private final Method set;
        private final Field socket;
        private final Field host;
        private final Field port;
        private final Method proxyHost;
        private final Method proxyPort;
        private final Method close;
        private final Method findValue;
        private final Field poster;
        private final Constructor<?> newPoster;

        Access() throws ReflectiveOperationException {
            Class<?> header = Class.forName("sun.net.www.MessageHeader", true, null);
            getKey = open(header.getMethod("getKey", int.class));
            getValue = open(header.getMethod("getValue", int.class));
            set = open(header.getMethod("set", int.class, String.class, String.class));
            Class<?> client = Class.forName("sun.net.www.http.HttpClient", true, null);
            socket = open(client.getSuperclass().getDeclaredField("serverSocket"));
            host = open(client.getDeclaredField("host"));
            port = open(client.getDeclaredField("port"));
            proxyHost = open(client.getMethod("getProxyHostUsed"));
            proxyPort = open(client.getMethod("getProxyPortUsed"));
            close = open(client.getMethod("closeServer"));
            findValue = open(header.getMethod("findValue", String.class));
            poster = open(client.getDeclaredField("poster"));
            newPoster = poster.getType().getConstructor();
            newPoster.setAccessible(true);
        }

        @Nullable
        String key(Object head, int index) throws ReflectiveOperationException {
            return (String) getKey.invoke(head, index);
        }

        @Nullable
        String value(Object head, int index) throws ReflectiveOperationException {
            return (String) getValue.invoke(head, index);
        }

        void set(Object head, int index, @Nullable String name, @Nullable String value)
                throws ReflectiveOperationException {
            set.invoke(head, index, name, value);
        }

        /** The body that is kept in memory where it is a form; null where there is none. */
        byte @Nullable [] form(Object head, @Nullable Object poster) throws ReflectiveOperationException {
            if (!(poster instanceof ByteArrayOutputStream)) {
                return null;
            }
            String type = (String) findValue.invoke(head, "Content-Type");
            return Arming.isForm(type) ? ((ByteArrayOutputStream) poster).toByteArray() : null;
        }

        Object poster(byte[] body) throws ReflectiveOperationException {
            ByteArrayOutputStream made = (ByteArrayOutputStream) newPoster.newInstance();
            made.write(body, 0, body.length);
            return made;
        }

        void setPoster(Object client, @Nullable Object poster) throws ReflectiveOperationException {
            this.poster.set(client, poster);
        }

        void close(Object client) throws ReflectiveOperationException {
            close.invoke(client);
        }

        Destination destination(Object client, String method) throws ReflectiveOperationException {
            Object connected = socket.get(client);
            if (connected instanceof SSLSocket) {
                return new Destination("https", (String) host.get(client), port.getInt(client), connected, false);
            }
            String proxy = (String) proxyHost.invoke(client);
            return proxy == null
                    ? Destination.plain((String) host.get(client), port.getInt(client), connected, false)
                    : Destination.plain(proxy, (Integer) proxyPort.invoke(client), connected, false);
        }

        private static Method open(Method method) {
            method.setAccessible(true);
            return method;
        }

        private static Field open(Field field) {
            field.setAccessible(true);
            return field;
        }
    }
}
