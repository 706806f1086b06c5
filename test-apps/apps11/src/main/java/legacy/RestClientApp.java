package legacy;

import java.util.function.Function;
import org.springframework.http.ResponseEntity;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.client.RestClient;

/** Spring's RestClient on java.net.http; Basic as a default header. */
public final class RestClientApp implements Requests.Sender {

    private final Function<HttpSettings, ClientHttpRequestFactory> factory;
    private RestClient client;

    RestClientApp(Function<HttpSettings, ClientHttpRequestFactory> factory) {
        this.factory = factory;
    }

    public static void main(String[] args) throws Exception {
        Requests.serve(args, new RestClientApp(settings -> new JdkClientHttpRequestFactory()));
    }

    @Override
    public void open(HttpSettings settings) {
        client = RestClient.builder()
                .requestFactory(factory.apply(settings))
                .defaultHeaders(headers -> {
                    settings.headers.forEach(headers::set);
                    if (settings.user != null) {
                        headers.setBasicAuth(settings.user, settings.password);
                    }
                })
                .build();
    }

    @Override
    public String send(HttpCall call) {
        ResponseEntity<String> answer = client.get().uri(call.url).retrieve().toEntity(String.class);
        return HttpCall.answer(answer.getStatusCode().value(), answer.getBody());
    }
}
