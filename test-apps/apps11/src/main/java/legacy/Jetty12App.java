package legacy;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.client.BasicAuthentication;
import org.eclipse.jetty.client.ContentResponse;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.HttpClientTransport;
import org.eclipse.jetty.client.HttpProxy;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.StringRequestContent;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.http2.client.HTTP2Client;
import org.eclipse.jetty.http2.client.transport.HttpClientTransportOverHTTP2;

/** Jetty's HttpClient 12.0 and 12.1, HTTP/1.1 or HTTP/2. */
public final class Jetty12App implements Requests.Sender {

    private HttpSettings settings;
    private HttpClient client;

    public static void main(String[] args) throws Exception {
        Requests.serve(args, new Jetty12App());
    }

    @Override
    public void open(HttpSettings read) throws Exception {
        settings = read;
        HttpClientTransport transport = settings.http2
                ? new HttpClientTransportOverHTTP2(new HTTP2Client())
                : new HttpClientTransportOverHTTP(1);
        client = new HttpClient(transport);
        client.setFollowRedirects(settings.follow);
        client.setConnectTimeout(settings.timeout);
        if (settings.proxy != null) {
            client.getProxyConfiguration()
                    .addProxy(new HttpProxy(settings.proxy.getHostString(), settings.proxy.getPort()));
            if (settings.proxyUser != null) {
                login("http://" + settings.proxy.getHostString() + ":" + settings.proxy.getPort(), true);
            }
        }
        client.start();
    }

    private void login(String uri, boolean proxy) {
        client.getAuthenticationStore()
                .addAuthentication(new BasicAuthentication(
                        URI.create(uri),
                        BasicAuthentication.ANY_REALM,
                        proxy ? settings.proxyUser : settings.user,
                        proxy ? settings.proxyPassword : settings.password));
    }

    @Override
    public String send(HttpCall call) throws Exception {
        if (settings.user != null) {
            login(call.url, false);
        }
        Request request =
                client.newRequest(call.url).method(call.method()).timeout(settings.timeout, TimeUnit.MILLISECONDS);
        for (Map.Entry<String, String> header : call.headers.entrySet()) {
            request.headers(fields -> fields.put(header.getKey(), header.getValue()));
        }
        if (call.body != null) {
            request.body(new StringRequestContent(HttpCall.FORM, call.body, StandardCharsets.UTF_8));
        }
        call.abortedBy(() -> request.abort(new CancellationException()));
        try {
            ContentResponse response = request.send();
            return HttpCall.answer(response.getStatus(), response.getContentAsString());
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception ? (Exception) e.getCause() : e;
        }
    }

    @Override
    public void close() throws Exception {
        client.stop();
    }
}
