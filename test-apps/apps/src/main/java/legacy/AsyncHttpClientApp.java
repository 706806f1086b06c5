package legacy;

import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.asynchttpclient.AsyncHttpClient;
import org.asynchttpclient.DefaultAsyncHttpClient;
import org.asynchttpclient.DefaultAsyncHttpClientConfig;
import org.asynchttpclient.Dsl;
import org.asynchttpclient.ListenableFuture;
import org.asynchttpclient.Realm;
import org.asynchttpclient.Request;
import org.asynchttpclient.RequestBuilder;
import org.asynchttpclient.Response;
import org.asynchttpclient.proxy.ProxyServer;

/** AsyncHttpClient 2 and 3. Compiled against 2.12; its setters of times changed, so that this program watches its own. */
public final class AsyncHttpClientApp implements Requests.Sender {

    private HttpSettings settings;
    private AsyncHttpClient client;

    public static void main(String[] args) throws Exception {
        Requests.serve(args, new AsyncHttpClientApp());
    }

    @Override
    public void open(HttpSettings read) {
        settings = read;
        DefaultAsyncHttpClientConfig.Builder config = new DefaultAsyncHttpClientConfig.Builder()
                .setFollowRedirect(settings.follow)
                .setMaxRequestRetry(0);
        if (settings.user != null) {
            config.setRealm(new Realm.Builder(settings.user, settings.password)
                    .setScheme(Realm.AuthScheme.BASIC)
                    .build());
        }
        if (settings.proxy != null) {
            ProxyServer.Builder proxy =
                    new ProxyServer.Builder(settings.proxy.getHostString(), settings.proxy.getPort());
            if (settings.proxyUser != null) {
                proxy.setRealm(Dsl.basicAuthRealm(settings.proxyUser, settings.proxyPassword)
                        .setUsePreemptiveAuth(true)
                        .build());
            }
            config.setProxyServer(proxy.build());
        }
        client = new DefaultAsyncHttpClient(config.build());
    }

    @Override
    public String send(HttpCall call) throws Exception {
        RequestBuilder request = new RequestBuilder(call.method()).setUrl(call.url);
        for (Map.Entry<String, String> header : call.headers.entrySet()) {
            request.setHeader(header.getKey(), header.getValue());
        }
        if (call.body != null) {
            request.setHeader("Content-Type", HttpCall.FORM);
            request.setBody(call.body);
        }
        Request built = request.build();
        ListenableFuture<Response> sending = client.executeRequest(built);
        call.abortedBy(() -> sending.cancel(true));
        try {
            Response response = sending.get(settings.timeout, TimeUnit.MILLISECONDS);
            return HttpCall.answer(response.getStatusCode(), response.getResponseBody());
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception ? (Exception) e.getCause() : e;
        } finally {
            sending.cancel(true);
        }
    }

    @Override
    public void close() throws Exception {
        client.close();
    }
}
