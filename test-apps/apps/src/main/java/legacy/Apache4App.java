package legacy;

import java.util.Map;
import org.apache.http.HttpHost;
import org.apache.http.auth.AuthScope;
import org.apache.http.auth.UsernamePasswordCredentials;
import org.apache.http.client.CredentialsProvider;
import org.apache.http.client.config.RequestConfig;
import org.apache.http.client.methods.CloseableHttpResponse;
import org.apache.http.client.methods.HttpGet;
import org.apache.http.client.methods.HttpPost;
import org.apache.http.client.methods.HttpRequestBase;
import org.apache.http.entity.ContentType;
import org.apache.http.entity.StringEntity;
import org.apache.http.impl.client.BasicCredentialsProvider;
import org.apache.http.impl.client.CloseableHttpClient;
import org.apache.http.impl.client.HttpClientBuilder;
import org.apache.http.impl.client.HttpClients;
import org.apache.http.util.EntityUtils;

/** Apache HttpClient 4.3 to 4.5, the blocking one, over a pooling connection manager. */
public final class Apache4App implements Requests.Sender {

    private CloseableHttpClient client;

    public static void main(String[] args) throws Exception {
        Requests.serve(args, new Apache4App());
    }

    @Override
    public void open(HttpSettings settings) {
        RequestConfig config = RequestConfig.custom()
                .setConnectTimeout(settings.timeout)
                .setSocketTimeout(settings.timeout)
                .build();
        HttpClientBuilder builder = HttpClients.custom()
                .useSystemProperties()
                .disableAutomaticRetries()
                .setMaxConnPerRoute(32)
                .setMaxConnTotal(64)
                .setDefaultRequestConfig(config)
                .setDefaultCredentialsProvider(credentials(settings));
        if (!settings.follow) {
            builder.disableRedirectHandling();
        }
        if (settings.proxy != null) {
            builder.setProxy(new HttpHost(settings.proxy.getHostString(), settings.proxy.getPort()));
        }
        client = builder.build();
    }

    static CredentialsProvider credentials(HttpSettings settings) {
        CredentialsProvider credentials = new BasicCredentialsProvider();
        if (settings.user != null) {
            credentials.setCredentials(
                    AuthScope.ANY, new UsernamePasswordCredentials(settings.user, settings.password));
        }
        if (settings.proxyUser != null) {
            credentials.setCredentials(
                    new AuthScope(settings.proxy.getHostString(), settings.proxy.getPort()),
                    new UsernamePasswordCredentials(settings.proxyUser, settings.proxyPassword));
        }
        return credentials;
    }

    static HttpRequestBase request(HttpCall call) {
        HttpRequestBase request;
        if (call.body == null) {
            request = new HttpGet(call.url);
        } else {
            HttpPost post = new HttpPost(call.url);
            post.setEntity(new StringEntity(call.body, ContentType.create(HttpCall.FORM, "UTF-8")));
            request = post;
        }
        for (Map.Entry<String, String> header : call.headers.entrySet()) {
            request.setHeader(header.getKey(), header.getValue());
        }
        call.abortedBy(request::abort);
        return request;
    }

    @Override
    public String send(HttpCall call) throws Exception {
        try (CloseableHttpResponse response = client.execute(request(call))) {
            String body = response.getEntity() == null ? "" : EntityUtils.toString(response.getEntity());
            return HttpCall.answer(response.getStatusLine().getStatusCode(), body);
        }
    }

    @Override
    public void close() throws Exception {
        client.close();
    }
}
