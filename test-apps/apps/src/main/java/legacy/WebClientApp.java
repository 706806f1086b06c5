package legacy;

import org.springframework.http.ResponseEntity;
import org.springframework.web.reactive.function.client.ExchangeFilterFunctions;
import org.springframework.web.reactive.function.client.WebClient;

/** Spring's WebClient on Reactor Netty, its default; Basic by Spring's filter. Spring 5 and 6. */
@SuppressWarnings("deprecation") // the status as a number is asked for in the way of all versions
public final class WebClientApp implements Requests.Sender {

    private WebClient client;

    public static void main(String[] args) throws Exception {
        Requests.serve(args, new WebClientApp());
    }

    @Override
    public void open(HttpSettings settings) {
        WebClient.Builder builder =
                WebClient.builder().defaultHeaders(headers -> settings.headers.forEach(headers::set));
        if (settings.user != null) {
            builder.filter(ExchangeFilterFunctions.basicAuthentication(settings.user, settings.password));
        }
        client = builder.build();
    }

    @Override
    public String send(HttpCall call) {
        ResponseEntity<String> answer = client.get()
                .uri(call.url)
                .exchangeToMono(response -> response.toEntity(String.class))
                .block();
        return HttpCall.answer(answer.getStatusCodeValue(), answer.getBody());
    }
}
