package legacy;

import java.util.Map;
import org.apache.commons.httpclient.HttpClient;
import org.apache.commons.httpclient.HttpMethodBase;
import org.apache.commons.httpclient.MultiThreadedHttpConnectionManager;
import org.apache.commons.httpclient.UsernamePasswordCredentials;
import org.apache.commons.httpclient.auth.AuthScope;
import org.apache.commons.httpclient.methods.GetMethod;
import org.apache.commons.httpclient.methods.PostMethod;
import org.apache.commons.httpclient.methods.StringRequestEntity;

/** Commons HttpClient 3.1, abandoned in 2007 and still in use. It checks no host names. */
public final class CommonsHttp31App implements Requests.Sender {

    private MultiThreadedHttpConnectionManager connections;
    private HttpClient client;
    private HttpSettings settings;

    public static void main(String[] args) throws Exception {
        Requests.serve(args, new CommonsHttp31App());
    }

    @Override
    public void open(HttpSettings read) {
        settings = read;
        connections = new MultiThreadedHttpConnectionManager();
        connections.getParams().setDefaultMaxConnectionsPerHost(32);
        connections.getParams().setConnectionTimeout(settings.timeout);
        connections.getParams().setSoTimeout(settings.timeout);
        client = new HttpClient(connections);
        if (settings.user != null) {
            client.getState()
                    .setCredentials(AuthScope.ANY, new UsernamePasswordCredentials(settings.user, settings.password));
        }
        if (settings.proxy != null) {
            client.getHostConfiguration().setProxy(settings.proxy.getHostString(), settings.proxy.getPort());
            if (settings.proxyUser != null) {
                client.getState()
                        .setProxyCredentials(
                                AuthScope.ANY,
                                new UsernamePasswordCredentials(settings.proxyUser, settings.proxyPassword));
            }
        }
    }

    @Override
    public String send(HttpCall call) throws Exception {
        HttpMethodBase method;
        if (call.body == null) {
            method = new GetMethod(call.url);
            method.setFollowRedirects(settings.follow);
        } else {
            PostMethod post = new PostMethod(call.url);
            post.setRequestEntity(new StringRequestEntity(call.body, HttpCall.FORM, "UTF-8"));
            method = post;
        }
        for (Map.Entry<String, String> header : call.headers.entrySet()) {
            method.setRequestHeader(header.getKey(), header.getValue());
        }
        call.abortedBy(method::abort);
        try {
            int status = client.executeMethod(method);
            String body = method.getResponseBodyAsString();
            return HttpCall.answer(status, body == null ? "" : body);
        } finally {
            method.releaseConnection();
        }
    }

    @Override
    public void close() {
        connections.shutdown();
    }
}
