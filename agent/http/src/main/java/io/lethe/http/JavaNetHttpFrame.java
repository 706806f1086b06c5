package io.lethe.http;

import io.lethe.weave.Scope;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The headers of one frame of HTTP/2 of {@code java.net.http}, in the constructor of what carries them to the connection.
 *
 * <p>Loaded by the agent loader. Thread-safe.
 */
final class JavaNetHttpFrame implements Scope {

    private final Http http;
    private final JavaNetHttpAccess access;

    JavaNetHttpFrame(Http http, JavaNetHttpAccess access) {
        this.http = http;
        this.access = access;
    }

    @Override
    public @Nullable Object[] enter(@Nullable Object[] arguments) throws Throwable {
        // The constructor's own object is not there yet.
        Object stream = arguments[3];
        if (stream == null) {
            return arguments;
        }
        Map<String, List<String>> pseudo = access.pseudo(stream);
        List<String> paths = pseudo == null ? null : pseudo.get(JavaNetHttp.PATH);
        String path = paths == null || paths.isEmpty() ? null : paths.get(0);
        Arming arming = null;
        boolean involved = false;
        @Nullable Object[] changed = arguments;
        try {
            byte[] form = access.form(stream, access.map(arguments[2]));
            boolean concernsForm = Forms.concernsForm(form);
            boolean concernsPath = Arming.concernsUrl(path);
            if (!concernsForm && !concernsPath && !concerns(arguments)) {
                return arguments;
            }
            involved = true;
            if (pseudo == null) {
                throw new NoSuchFieldException("requestPseudoHeaders");
            }
            arming = arming(stream, path == null ? "/" : path);
            if (concernsPath) {
                pseudo = new LinkedHashMap<>(pseudo);
                pseudo.put(JavaNetHttp.PATH, Collections.singletonList(arming.requestTarget()));
                access.pseudo.put(stream, access.headers(arguments[1], pseudo));
            }
            String length = null;
            if (form != null && concernsForm) {
                length = String.valueOf(access.armed(arming, stream, "requestContentLen", form).length);
            }
            int bytes = size(pseudo);
            changed = arguments.clone();
            for (int i = 1; i <= 2; i++) {
                Map<String, List<String>> sent = replaced(arming, access.map(arguments[i]), length);
                bytes += size(sent);
                changed[i] = access.headers(arguments[i], sent);
            }
            arming.requireOneFrame(bytes);
        } catch (Throwable e) {
            if (arming != null) {
                arming.abandon();
            }
            throw e instanceof IOException || !involved ? e : new Careful.Involved(e);
        }
        return changed;
    }

    private Arming arming(Object stream, String path) throws ReflectiveOperationException {
        return new Arming(http, access.destinationOfStream(stream), access.method(stream), path, Arming.PATIENT);
    }

    private static int size(Map<String, List<String>> headers) {
        int bytes = 0;
        for (Map.Entry<String, List<String>> header : headers.entrySet()) {
            for (String value : header.getValue()) {
                bytes += Arming.size(header.getKey(), value);
            }
        }
        return bytes;
    }

    private boolean concerns(@Nullable Object[] arguments) throws ReflectiveOperationException {
        for (int i = 1; i <= 2; i++) {
            for (List<String> values : access.map(arguments[i]).values()) {
                for (String value : values) {
                    if (Arming.concerns(value)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /** @param length that of the body where it becomes another one */
    private Map<String, List<String>> replaced(
            Arming arming, Map<String, List<String>> headers, @Nullable String length) throws IOException {
        Map<String, List<String>> out = new LinkedHashMap<>();
        for (Map.Entry<String, List<String>> header : headers.entrySet()) {
            List<String> values = new ArrayList<>();
            for (String value : header.getValue()) {
                values.add(Arming.concerns(value) ? arming.header(header.getKey(), value) : value);
            }
            boolean other = length != null && header.getKey().equalsIgnoreCase(JavaNetHttp.LENGTH);
            out.put(header.getKey(), other ? Collections.singletonList(length) : values);
        }
        return out;
    }

    @Override
    public void returned() {}

    @Override
    public @Nullable Object @Nullable [] failed(Throwable thrown) {
        return null;
    }
}
