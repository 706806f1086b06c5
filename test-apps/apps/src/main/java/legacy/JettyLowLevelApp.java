package legacy;

import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.api.Session;
import org.eclipse.jetty.http2.api.Stream;
import org.eclipse.jetty.http2.client.HTTP2Client;
import org.eclipse.jetty.http2.frames.HeadersFrame;
import org.eclipse.jetty.util.FuturePromise;

/** Jetty 9.4's client of HTTP/2 below its HttpClient: frames of the application's own, without TLS. Each request connects anew. */
public final class JettyLowLevelApp implements Requests.Sender {

    private HttpSettings settings;
    private HTTP2Client client;

    public static void main(String[] args) throws Exception {
        Requests.serve(args, new JettyLowLevelApp());
    }

    @Override
    public void open(HttpSettings read) throws Exception {
        settings = read;
        client = new HTTP2Client();
        client.start();
    }

    @Override
    public String send(HttpCall call) throws Exception {
        URI uri = URI.create(call.url);
        HttpFields fields = new HttpFields();
        call.headers.forEach(fields::put);
        MetaData.Request request =
                new MetaData.Request(call.method(), new HttpURI(call.url), HttpVersion.HTTP_2, fields);
        FuturePromise<Session> connecting = new FuturePromise<>();
        client.connect(new InetSocketAddress(uri.getHost(), uri.getPort()), new Session.Listener.Adapter(), connecting);
        Session session = connecting.get(settings.timeout, TimeUnit.MILLISECONDS);
        CompletableFuture<String> answer = new CompletableFuture<>();
        FuturePromise<Stream> opening = new FuturePromise<>();
        session.newStream(new HeadersFrame(request, null, true), opening, new Stream.Listener.Adapter() {
            @Override
            public void onHeaders(Stream stream, HeadersFrame frame) {
                answer.complete(HttpCall.answer(((MetaData.Response) frame.getMetaData()).getStatus(), ""));
            }
        });
        try {
            opening.get(settings.timeout, TimeUnit.MILLISECONDS);
            return answer.get(settings.timeout, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception ? (Exception) e.getCause() : e;
        }
    }

    @Override
    public void close() throws Exception {
        client.stop();
    }
}
