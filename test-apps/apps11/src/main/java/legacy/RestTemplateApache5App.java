package legacy;

import java.util.Map;
import org.apache.hc.client5.http.auth.AuthScope;
import org.apache.hc.client5.http.auth.UsernamePasswordCredentials;
import org.apache.hc.client5.http.classic.HttpClient;
import org.apache.hc.client5.http.impl.auth.BasicCredentialsProvider;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.springframework.http.HttpEntity;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.ResponseEntity;
import org.springframework.http.client.HttpComponentsClientHttpRequestFactory;
import org.springframework.web.client.RestTemplate;

/** Spring's RestTemplate on Apache HttpClient 5, which answers Basic. Spring 6. */
public final class RestTemplateApache5App implements Requests.Sender {

    private RestTemplate template;

    public static void main(String[] args) throws Exception {
        Requests.serve(args, new RestTemplateApache5App());
    }

    @Override
    public void open(HttpSettings settings) {
        template = new RestTemplate(new HttpComponentsClientHttpRequestFactory(apache(settings)));
    }

    static HttpClient apache(HttpSettings settings) {
        BasicCredentialsProvider credentials = new BasicCredentialsProvider();
        if (settings.user != null) {
            credentials.setCredentials(
                    new AuthScope(null, -1),
                    new UsernamePasswordCredentials(settings.user, settings.password.toCharArray()));
        }
        return HttpClients.custom()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setMaxConnPerRoute(32)
                        .setMaxConnTotal(64)
                        .build())
                .setDefaultCredentialsProvider(credentials)
                .build();
    }

    @Override
    public String send(HttpCall call) {
        HttpHeaders headers = new HttpHeaders();
        for (Map.Entry<String, String> header : call.headers.entrySet()) {
            headers.set(header.getKey(), header.getValue());
        }
        ResponseEntity<String> answer =
                template.exchange(call.url, HttpMethod.GET, new HttpEntity<>(headers), String.class);
        return HttpCall.answer(answer.getStatusCode().value(), answer.getBody());
    }
}
