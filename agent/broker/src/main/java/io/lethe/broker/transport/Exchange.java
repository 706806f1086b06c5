package io.lethe.broker.transport;

import io.lethe.secret.Wipe;
import java.io.IOException;

/**
 * A few requests to one server, one after the other, over one connection, or over another where the server closes it. Follows no redirect, sends no cookie, asks no proxy.
 *
 * <p>Loaded by the agent loader. One thread. Fails as {@link TlsConnection} does; after a failure it is of no use any more.
 */
public final class Exchange implements AutoCloseable {

    private final ServerAddress server;
    private final Authorities authorities;
    private final ClearTime clear;
    private final long deadline;
    private TlsConnection connection;
    private boolean closing;

    /**
     * Connects.
     *
     * @param clear is told how long what is secret stands in the clear
     * @param deadline {@link System#nanoTime()} value after which nothing waits any more
     */
    public Exchange(ServerAddress server, Authorities authorities, ClearTime clear, long deadline) throws IOException {
        this.server = server;
        this.authorities = authorities;
        this.clear = clear;
        this.deadline = deadline;
        this.connection = TlsConnection.open(server, authorities, clear, deadline);
    }

    /**
     * Sends a request and reads its answer.
     *
     * @param method upper case
     * @param path of the API, beginning with a slash; what is no unreserved character is written in its percent form by the caller
     * @param headers whole lines, each with its end
     * @param content empty for none
     * @param body is overwritten and gets the answer's content
     * @return the status
     */
    public int ask(String method, String path, Outgoing headers, Outgoing content, OffHeap body) throws IOException {
        body.clear();
        if (closing) {
            connection.close();
            connection = TlsConnection.open(server, authorities, clear, deadline);
        }
        Outgoing head = new Outgoing()
                .text(method + " " + server.path() + path + " HTTP/1.1\r\nHost: " + server.authority()
                        + "\r\nUser-Agent: lethe\r\nAccept: application/json\r\n");
        if (content.length() > 0 || method.equals("POST")) {
            head.text("Content-Type: application/json\r\nContent-Length: " + content.length() + "\r\n");
        }
        Outgoing blank = new Outgoing().text("\r\n");
        byte[] request = new byte[head.length() + headers.length() + blank.length() + content.length()];
        head.writeTo(request, 0);
        blank.writeTo(request, head.length() + headers.length());
        clear.begin();
        try {
            headers.writeTo(request, head.length());
            content.writeTo(request, request.length - content.length());
            connection.encrypt(request);
        } finally {
            Wipe.bytes(request);
            clear.end();
        }
        connection.send();
        Answer answer = AnswerReader.read(connection, body);
        closing = answer.closing;
        return answer.status;
    }

    @Override
    public void close() {
        connection.close();
    }
}
