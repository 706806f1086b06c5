package legacy;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.http.Header;
import org.apache.http.HttpHost;
import org.apache.http.message.BasicHeader;
import org.apache.http.util.EntityUtils;
import org.elasticsearch.client.Request;
import org.elasticsearch.client.Response;
import org.elasticsearch.client.RestClient;
import org.elasticsearch.client.RestClientBuilder;

/** Elasticsearch's low-level client, on Apache HttpAsyncClient 4: default headers, and Basic from a provider. 6 to 8. */
public final class ElasticsearchApp implements Requests.Sender {

    private HttpSettings settings;
    private RestClient client;
    private URI at;

    public static void main(String[] args) throws Exception {
        Requests.serve(args, new ElasticsearchApp());
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
                    .setDefaultHeaders(headers(settings));
            if (settings.user != null) {
                builder.setHttpClientConfigCallback(
                        http -> http.setDefaultCredentialsProvider(Apache4App.credentials(settings)));
            }
            client = builder.build();
            at = url;
        }
        return client;
    }

    static Header[] headers(HttpSettings settings) {
        List<Header> headers = new ArrayList<>();
        for (Map.Entry<String, String> header : settings.headers.entrySet()) {
            headers.add(new BasicHeader(header.getKey(), header.getValue()));
        }
        return headers.toArray(new Header[0]);
    }

    @Override
    public synchronized void close() throws Exception {
        if (client != null) {
            client.close();
        }
    }
}
