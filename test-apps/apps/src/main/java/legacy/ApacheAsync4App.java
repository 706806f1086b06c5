package legacy;

import java.util.concurrent.ExecutionException;
import org.apache.http.HttpHost;
import org.apache.http.HttpResponse;
import org.apache.http.client.config.RequestConfig;
import org.apache.http.client.methods.HttpRequestBase;
import org.apache.http.impl.nio.client.CloseableHttpAsyncClient;
import org.apache.http.impl.nio.client.HttpAsyncClientBuilder;
import org.apache.http.impl.nio.client.HttpAsyncClients;
import org.apache.http.util.EntityUtils;

/** Apache HttpAsyncClient 4.1, on which the REST clients of Elasticsearch 7 and OpenSearch 2 stand. */
public final class ApacheAsync4App implements Requests.Sender {

    private CloseableHttpAsyncClient client;

    public static void main(String[] args) throws Exception {
        Requests.serve(args, new ApacheAsync4App());
    }

    @Override
    public void open(HttpSettings settings) {
        RequestConfig config = RequestConfig.custom()
                .setConnectTimeout(settings.timeout)
                .setSocketTimeout(settings.timeout)
                .setRedirectsEnabled(settings.follow)
                .build();
        HttpAsyncClientBuilder builder = HttpAsyncClients.custom()
                .useSystemProperties()
                .setMaxConnPerRoute(32)
                .setMaxConnTotal(64)
                .setDefaultRequestConfig(config)
                .setDefaultCredentialsProvider(Apache4App.credentials(settings));
        if (settings.proxy != null) {
            builder.setProxy(new HttpHost(settings.proxy.getHostString(), settings.proxy.getPort()));
        }
        client = builder.build();
        client.start();
    }

    @Override
    public String send(HttpCall call) throws Exception {
        HttpRequestBase request = Apache4App.request(call);
        try {
            HttpResponse response = client.execute(request, null).get();
            String body = response.getEntity() == null ? "" : EntityUtils.toString(response.getEntity());
            return HttpCall.answer(response.getStatusLine().getStatusCode(), body);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception ? (Exception) e.getCause() : e;
        }
    }

    @Override
    public void close() throws Exception {
        client.close();
    }
}
