package legacy;

import java.net.URI;
import org.apache.http.HttpHost;
import org.apache.http.util.EntityUtils;
import org.opensearch.client.Request;
import org.opensearch.client.Response;
import org.opensearch.client.RestClient;
import org.opensearch.client.RestClientBuilder;

/** OpenSearch 2's low-level client, on Apache HttpAsyncClient 4: default headers, and Basic from a provider. */
public final class OpenSearch2App implements Requests.Sender {

    private HttpSettings settings;
    private RestClient client;
    private URI at;

    public static void main(String[] args) throws Exception {
        Requests.serve(args, new OpenSearch2App());
    }

    @Override
    public void open(HttpSettings read) {
        settings = read;
        client = null;
    }

    @Override
    public String send(HttpCall call) throws Exception {
        URI url = URI.create(call.url);
        Response response = at(url).performRequest(new Request("GET", url.getPath()));
        return HttpCall.answer(response.getStatusLine().getStatusCode(), EntityUtils.toString(response.getEntity()));
    }

    /** One client for each server, as its users have it. */
    private synchronized RestClient at(URI url) throws Exception {
        if (client == null || !at.getAuthority().equals(url.getAuthority())) {
            close();
            RestClientBuilder builder = RestClient.builder(new HttpHost(url.getHost(), url.getPort(), url.getScheme()))
                    .setDefaultHeaders(ElasticsearchApp.headers(settings));
            if (settings.user != null) {
                builder.setHttpClientConfigCallback(
                        http -> http.setDefaultCredentialsProvider(Apache4App.credentials(settings)));
            }
            client = builder.build();
            at = url;
        }
        return client;
    }

    @Override
    public synchronized void close() throws Exception {
        if (client != null) {
            client.close();
        }
    }
}
