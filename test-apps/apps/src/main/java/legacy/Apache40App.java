package legacy;

import java.util.Map;
import org.apache.http.HttpHost;
import org.apache.http.HttpResponse;
import org.apache.http.auth.AuthScope;
import org.apache.http.auth.UsernamePasswordCredentials;
import org.apache.http.client.HttpClient;
import org.apache.http.client.methods.HttpGet;
import org.apache.http.client.methods.HttpPost;
import org.apache.http.client.methods.HttpRequestBase;
import org.apache.http.entity.StringEntity;
import org.apache.http.impl.client.DefaultHttpClient;
import org.apache.http.impl.conn.tsccm.ThreadSafeClientConnManager;
import org.apache.http.params.HttpParams;
import org.apache.http.util.EntityUtils;

/**
 * Apache HttpClient 4.0 to 4.2 with the API of 4.0. It has no check of host names that knows the addresses in a certificate's
 * alternative names.
 */
@SuppressWarnings("deprecation")
public final class Apache40App implements Requests.Sender {

    private DefaultHttpClient client;

    public static void main(String[] args) throws Exception {
        Requests.serve(args, new Apache40App());
    }

    @Override
    public void open(HttpSettings settings) {
        DefaultHttpClient single = new DefaultHttpClient();
        HttpParams params = single.getParams();
        ThreadSafeClientConnManager pool = new ThreadSafeClientConnManager(
                params, single.getConnectionManager().getSchemeRegistry());
        client = new DefaultHttpClient(pool, params);
        params.setIntParameter("http.connection.timeout", settings.timeout);
        params.setIntParameter("http.socket.timeout", settings.timeout);
        params.setBooleanParameter("http.protocol.handle-redirects", settings.follow);
        if (settings.user != null) {
            client.getCredentialsProvider()
                    .setCredentials(AuthScope.ANY, new UsernamePasswordCredentials(settings.user, settings.password));
        }
        if (settings.proxy != null) {
            String host = settings.proxy.getHostString();
            int port = settings.proxy.getPort();
            params.setParameter("http.route.default-proxy", new HttpHost(host, port));
            if (settings.proxyUser != null) {
                client.getCredentialsProvider()
                        .setCredentials(
                                new AuthScope(host, port),
                                new UsernamePasswordCredentials(settings.proxyUser, settings.proxyPassword));
            }
        }
    }

    @Override
    public String send(HttpCall call) throws Exception {
        HttpRequestBase request;
        if (call.body == null) {
            request = new HttpGet(call.url);
        } else {
            HttpPost post = new HttpPost(call.url);
            StringEntity entity = new StringEntity(call.body);
            entity.setContentType(HttpCall.FORM);
            post.setEntity(entity);
            request = post;
        }
        for (Map.Entry<String, String> header : call.headers.entrySet()) {
            request.setHeader(header.getKey(), header.getValue());
        }
        // Not request::abort, which names a superclass that only 4.3 has.
        HttpRequestBase aborted = request;
        call.abortedBy(() -> aborted.abort());
        // The interface, whose method has the same type in every version.
        HttpClient api = client;
        HttpResponse response = api.execute(request);
        String body = response.getEntity() == null ? "" : EntityUtils.toString(response.getEntity());
        return HttpCall.answer(response.getStatusLine().getStatusCode(), body);
    }

    @Override
    public void close() {
        client.getConnectionManager().shutdown();
    }
}
