package legacy;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hc.client5.http.auth.AuthScope;
import org.apache.hc.client5.http.auth.UsernamePasswordCredentials;
import org.apache.hc.client5.http.impl.auth.BasicCredentialsProvider;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.message.BasicHeader;
import org.opensearch.client.Request;
import org.opensearch.client.Response;
import org.opensearch.client.RestClient;
import org.opensearch.client.RestClientBuilder;

/** OpenSearch 3's low-level client, on the asynchronous Apache HttpClient 5: default headers, and Basic from a provider. */
public final class OpenSearch3App implements Requests.Sender {

    private HttpSettings settings;
    private RestClient client;
    private URI at;

    public static void main(String[] args) throws Exception {
        Requests.serve(args, new OpenSearch3App());
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
            List<Header> headers = new ArrayList<>();
            for (Map.Entry<String, String> header : settings.headers.entrySet()) {
                headers.add(new BasicHeader(header.getKey(), header.getValue()));
            }
            RestClientBuilder builder = RestClient.builder(new HttpHost(url.getScheme(), url.getHost(), url.getPort()))
                    .setDefaultHeaders(headers.toArray(new Header[0]));
            if (settings.user != null) {
                BasicCredentialsProvider credentials = new BasicCredentialsProvider();
                credentials.setCredentials(
                        new AuthScope(null, -1),
                        new UsernamePasswordCredentials(settings.user, settings.password.toCharArray()));
                builder.setHttpClientConfigCallback(http -> http.setDefaultCredentialsProvider(credentials));
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
