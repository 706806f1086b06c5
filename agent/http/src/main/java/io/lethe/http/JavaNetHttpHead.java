package io.lethe.http;

import io.lethe.weave.Scope;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The text of a head of HTTP/1.1 of {@code java.net.http}: rewritten when it is complete, before it is logged and sent.
 *
 * <p>Loaded by the agent loader. Thread-safe: what is open belongs to the thread.
 */
final class JavaNetHttpHead implements Scope {

    private final Http http;
    private final JavaNetHttpAccess access;
    private final ThreadLocal<Object[]> current = new ThreadLocal<>();

    JavaNetHttpHead(Http http, JavaNetHttpAccess access) {
        this.http = http;
        this.access = access;
    }

    @Override
    public @Nullable Object[] enter(@Nullable Object[] arguments) {
        current.set(new Object[] {arguments[0], arguments[1]});
        return arguments;
    }

    @Override
    public @Nullable Object @Nullable [] failed(Throwable thrown) {
        current.remove();
        return null;
    }

    @Override
    public void returned() throws IOException {
        Object[] call = current.get();
        current.remove();
        if (call == null || !(call[1] instanceof StringBuilder)) {
            return;
        }
        StringBuilder head = (StringBuilder) call[1];
        byte[] form = access.form(call[0], head);
        boolean concernsForm = Forms.concernsForm(form);
        if (!concernsForm && !Arming.concernsHead(head)) {
            return;
        }
        try {
            rewrite(call[0], head, concernsForm ? form : null);
        } catch (IOException e) {
            throw e;
        } catch (Throwable fault) {
            throw Careful.involved(fault);
        }
    }

    private Arming arming(Object request, String[] first) throws ReflectiveOperationException {
        Destination where = access.destination(request, false);
        return new Arming(http, where, first[0], first[1], Arming.PATIENT);
    }

    private void rewrite(Object request, StringBuilder head, byte @Nullable [] form)
            throws IOException, ReflectiveOperationException {
        String[] lines = head.toString().split("\r\n", -1);
        String[] first = lines[0].split(" ");
        Arming arming = null;
        try {
            if (first.length == 3 && Arming.concernsUrl(first[1])) {
                arming = arming(request, first);
                lines[0] = first[0] + " " + arming.requestTarget() + " " + first[2];
            }
            for (int i = 1; i < lines.length; i++) {
                int colon = lines[i].indexOf(": ");
                String value = colon < 0 ? null : lines[i].substring(colon + 2);
                if (value != null && Arming.concerns(value)) {
                    if (arming == null) {
                        arming = arming(request, first);
                    }
                    String name = lines[i].substring(0, colon);
                    lines[i] = name + ": " + arming.header(name, value);
                }
            }
            if (form != null) {
                arming = arming == null ? arming(request, first) : arming;
                byte[] sent = access.armed(arming, request, "contentLength", form);
                for (int i = 1; i < lines.length; i++) {
                    if (lines[i].regionMatches(true, 0, JavaNetHttp.LENGTH + ':', 0, JavaNetHttp.LENGTH.length() + 1)) {
                        lines[i] = "Content-Length: " + sent.length;
                    }
                }
            }
        } catch (IOException | RuntimeException | ReflectiveOperationException e) {
            if (arming != null) {
                arming.abandon();
            }
            throw e;
        }
        if (arming != null) {
            head.setLength(0);
            head.append(String.join("\r\n", lines));
        }
    }
}
