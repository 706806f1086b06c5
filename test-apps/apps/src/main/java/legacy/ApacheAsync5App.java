package legacy;

import java.net.URI;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.hc.client5.http.async.methods.SimpleHttpRequest;
import org.apache.hc.client5.http.async.methods.SimpleHttpResponse;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.client5.http.impl.async.HttpAsyncClientBuilder;
import org.apache.hc.client5.http.impl.async.HttpAsyncClients;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http2.HttpVersionPolicy;

/** Apache HttpClient 5, the asynchronous one, HTTP/1.1 or HTTP/2. Compiled against 5.0, runs with every newer one. */
@SuppressWarnings("deprecation")
public final class ApacheAsync5App implements Requests.Sender {

    private CloseableHttpAsyncClient client;

    public static void main(String[] args) throws Exception {
        Requests.serve(args, new ApacheAsync5App());
    }

    @Override
    public void open(HttpSettings settings) {
        HttpAsyncClientBuilder builder = HttpAsyncClients.custom()
                .setVersionPolicy(settings.http2 ? HttpVersionPolicy.NEGOTIATE : HttpVersionPolicy.FORCE_HTTP_1)
                .setConnectionManager(PoolingAsyncClientConnectionManagerBuilder.create()
                        .useSystemProperties()
                        .setMaxConnPerRoute(32)
                        .setMaxConnTotal(64)
                        .build())
                .disableAutomaticRetries()
                .setDefaultRequestConfig(Apache5App.config(settings))
                .setDefaultCredentialsProvider(Apache5App.credentials(settings));
        if (settings.proxy != null) {
            builder.setProxy(new HttpHost(settings.proxy.getHostString(), settings.proxy.getPort()));
        }
        client = builder.build();
        client.start();
    }

    @Override
    public String send(HttpCall call) throws Exception {
        SimpleHttpRequest request = new SimpleHttpRequest(call.method(), URI.create(call.url));
        if (call.body != null) {
            request.setBody(call.body, ContentType.create(HttpCall.FORM));
        }
        for (Map.Entry<String, String> header : call.headers.entrySet()) {
            request.setHeader(header.getKey(), header.getValue());
        }
        Future<SimpleHttpResponse> sending = client.execute(request, null);
        call.abortedBy(() -> sending.cancel(true));
        try {
            SimpleHttpResponse response = sending.get();
            String body = response.getBodyText();
            return HttpCall.answer(response.getCode(), body == null ? "" : body);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception ? (Exception) e.getCause() : e;
        }
    }

    @Override
    public void close() throws Exception {
        client.close();
    }
}
