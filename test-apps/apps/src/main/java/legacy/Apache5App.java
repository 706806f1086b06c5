package legacy;

import java.net.URI;
import java.util.Map;
import org.apache.hc.client5.http.auth.AuthScope;
import org.apache.hc.client5.http.auth.UsernamePasswordCredentials;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.auth.BasicCredentialsProvider;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.CloseableHttpResponse;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.apache.hc.core5.util.Timeout;

/** Apache HttpClient 5, the blocking one. Compiled against 5.0, runs with every newer one. */
public final class Apache5App implements Requests.Sender {

    private CloseableHttpClient client;

    public static void main(String[] args) throws Exception {
        Requests.serve(args, new Apache5App());
    }

    @Override
    public void open(HttpSettings settings) {
        HttpClientBuilder builder = HttpClients.custom()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .useSystemProperties()
                        .setMaxConnPerRoute(32)
                        .setMaxConnTotal(64)
                        .build())
                .disableAutomaticRetries()
                .setDefaultRequestConfig(config(settings))
                .setDefaultCredentialsProvider(credentials(settings));
        if (settings.proxy != null) {
            builder.setProxy(new HttpHost(settings.proxy.getHostString(), settings.proxy.getPort()));
        }
        client = builder.build();
    }

    static RequestConfig config(HttpSettings settings) {
        return RequestConfig.custom()
                .setConnectTimeout(Timeout.ofMilliseconds(settings.timeout))
                .setResponseTimeout(Timeout.ofMilliseconds(settings.timeout))
                .setRedirectsEnabled(settings.follow)
                .build();
    }

    static BasicCredentialsProvider credentials(HttpSettings settings) {
        BasicCredentialsProvider credentials = new BasicCredentialsProvider();
        if (settings.user != null) {
            credentials.setCredentials(
                    new AuthScope(null, -1),
                    new UsernamePasswordCredentials(settings.user, settings.password.toCharArray()));
        }
        if (settings.proxyUser != null) {
            credentials.setCredentials(
                    new AuthScope(settings.proxy.getHostString(), settings.proxy.getPort()),
                    new UsernamePasswordCredentials(settings.proxyUser, settings.proxyPassword.toCharArray()));
        }
        return credentials;
    }

    @Override
    public String send(HttpCall call) throws Exception {
        HttpUriRequestBase request = new HttpUriRequestBase(call.method(), URI.create(call.url));
        if (call.body != null) {
            request.setEntity(new StringEntity(call.body, ContentType.create(HttpCall.FORM)));
        }
        for (Map.Entry<String, String> header : call.headers.entrySet()) {
            request.setHeader(header.getKey(), header.getValue());
        }
        call.abortedBy(() -> request.cancel());
        try (CloseableHttpResponse response = client.execute(request)) {
            String body = response.getEntity() == null ? "" : EntityUtils.toString(response.getEntity());
            return HttpCall.answer(response.getCode(), body);
        }
    }

    @Override
    public void close() throws Exception {
        client.close();
    }
}
