package legacy;

import java.util.Map;

/**
 * One request as a client has to send it. It can be cancelled from another thread once its client has said how. Thread-safe.
 */
final class HttpCall {

    /** The type of the body, where there is one. */
    static final String FORM = "application/x-www-form-urlencoded";

    final String url;
    final Map<String, String> headers;

    /** Null where there is none; then the method is GET, else POST. */
    final String body;

    private Runnable abort;
    private boolean cancelled;

    HttpCall(String url, Map<String, String> headers, String body) {
        this.url = url;
        this.headers = headers;
        this.body = body;
    }

    String method() {
        return body == null ? "GET" : "POST";
    }

    /** The client says, before it sends, how the call is aborted in its API. */
    synchronized void abortedBy(Runnable how) {
        abort = how;
        if (cancelled) {
            how.run();
        }
    }

    synchronized void cancel() {
        cancelled = true;
        if (abort != null) {
            abort.run();
        }
    }

    /** How a client tells what it received. */
    static String answer(int status, String body) {
        return (status + " " + body.trim()).trim();
    }
}
