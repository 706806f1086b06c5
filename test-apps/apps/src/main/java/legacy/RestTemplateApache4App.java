package legacy;

import org.apache.http.impl.client.HttpClients;
import org.springframework.http.client.HttpComponentsClientHttpRequestFactory;
import org.springframework.web.client.RestTemplate;

/** Spring's RestTemplate on Apache HttpClient 4, which answers Basic. Spring 4 and 5. */
public final class RestTemplateApache4App implements Requests.Sender {

    private RestTemplate template;

    public static void main(String[] args) throws Exception {
        Requests.serve(args, new RestTemplateApache4App());
    }

    @Override
    public void open(HttpSettings settings) {
        template = new RestTemplate(new HttpComponentsClientHttpRequestFactory(HttpClients.custom()
                .setMaxConnPerRoute(32)
                .setMaxConnTotal(64)
                .setDefaultCredentialsProvider(Apache4App.credentials(settings))
                .build()));
    }

    @Override
    public String send(HttpCall call) {
        return RestTemplateApp.send(template, call);
    }
}
