package legacy;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.HttpClientTransport;
import org.eclipse.jetty.client.HttpProxy;
import org.eclipse.jetty.client.api.ContentResponse;
import org.eclipse.jetty.client.api.Request;
import org.eclipse.jetty.client.http.HttpClientTransportOverHTTP;
import org.eclipse.jetty.client.util.BasicAuthentication;
import org.eclipse.jetty.client.util.StringContentProvider;
import org.eclipse.jetty.http2.client.HTTP2Client;
import org.eclipse.jetty.http2.client.http.HttpClientTransportOverHTTP2;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** Jetty's HttpClient 9.4, 10 and 11, HTTP/1.1 or HTTP/2. */
public final class Jetty9App implements Requests.Sender {

    private HttpSettings settings;
    private HttpClient client;

    public static void main(String[] args) throws Exception {
        Requests.serve(args, new Jetty9App());
    }

    @Override
    public void open(HttpSettings read) throws Exception {
        settings = read;
        HttpClientTransport transport = settings.http2
                ? new HttpClientTransportOverHTTP2(new HTTP2Client())
                : new HttpClientTransportOverHTTP(1);
        client = of(transport);
        client.setFollowRedirects(settings.follow);
        client.setConnectTimeout(settings.timeout);
        if (settings.proxy != null) {
            client.getProxyConfiguration()
                    .getProxies()
                    .add(new HttpProxy(settings.proxy.getHostString(), settings.proxy.getPort()));
            if (settings.proxyUser != null) {
                login("http://" + settings.proxy.getHostString() + ":" + settings.proxy.getPort(), true);
            }
        }
        client.start();
    }

    /** From 10 on the transport has its TLS by itself. */
    private static HttpClient of(HttpClientTransport transport) throws ReflectiveOperationException {
        try {
            return HttpClient.class
                    .getConstructor(HttpClientTransport.class, SslContextFactory.class)
                    .newInstance(transport, new SslContextFactory.Client());
        } catch (NoSuchMethodException e) {
            return HttpClient.class.getConstructor(HttpClientTransport.class).newInstance(transport);
        }
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
            request.header(header.getKey(), header.getValue());
        }
        if (call.body != null) {
            request.content(new StringContentProvider(HttpCall.FORM, call.body, StandardCharsets.UTF_8));
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
