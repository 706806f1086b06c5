package legacy;

import org.springframework.http.client.HttpComponentsClientHttpRequestFactory;

/** Spring's RestClient on Apache HttpClient 5. */
public final class RestClientApache5App {

    private RestClientApache5App() {}

    public static void main(String[] args) throws Exception {
        Requests.serve(
                args,
                new RestClientApp(settings ->
                        new HttpComponentsClientHttpRequestFactory(RestTemplateApache5App.apache(settings))));
    }
}
