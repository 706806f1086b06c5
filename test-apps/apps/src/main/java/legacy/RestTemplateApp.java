package legacy;

import org.springframework.http.HttpEntity;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.ResponseEntity;
import org.springframework.http.client.SimpleClientHttpRequestFactory;
import org.springframework.http.client.support.BasicAuthenticationInterceptor;
import org.springframework.web.client.RestTemplate;

/** Spring's RestTemplate on HttpURLConnection, its default; Basic by Spring's interceptor. Spring 5 and 6. */
@SuppressWarnings("deprecation") // the status as a number is asked for in the way of all versions
public final class RestTemplateApp implements Requests.Sender {

    private RestTemplate template;

    public static void main(String[] args) throws Exception {
        Requests.serve(args, new RestTemplateApp());
    }

    @Override
    public void open(HttpSettings settings) {
        SimpleClientHttpRequestFactory factory = new SimpleClientHttpRequestFactory();
        factory.setConnectTimeout(settings.timeout);
        factory.setReadTimeout(settings.timeout);
        template = new RestTemplate(factory);
        if (settings.user != null) {
            template.getInterceptors().add(new BasicAuthenticationInterceptor(settings.user, settings.password));
        }
    }

    @Override
    public String send(HttpCall call) {
        return send(template, call);
    }

    static String send(RestTemplate template, HttpCall call) {
        HttpHeaders headers = new HttpHeaders();
        call.headers.forEach(headers::set);
        ResponseEntity<String> answer =
                template.exchange(call.url, HttpMethod.GET, new HttpEntity<>(headers), String.class);
        return HttpCall.answer(answer.getStatusCodeValue(), answer.getBody());
    }
}
