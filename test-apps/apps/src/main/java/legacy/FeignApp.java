package legacy;

import feign.Client;
import feign.Feign;
import feign.HeaderMap;
import feign.RequestLine;
import feign.Retryer;
import feign.auth.BasicAuthRequestInterceptor;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;

/** Feign on HttpURLConnection, its default; Basic by its interceptor. */
public final class FeignApp implements Requests.Sender {

    /** What is asked of the server. */
    interface Api {
        @RequestLine("GET")
        String get(URI url, @HeaderMap Map<String, Object> headers);
    }

    private final Client client;
    private Api api;

    FeignApp(Client client) {
        this.client = client;
    }

    public static void main(String[] args) throws Exception {
        Requests.serve(args, new FeignApp(new Client.Default(null, null)));
    }

    @Override
    public void open(HttpSettings settings) {
        Feign.Builder builder = Feign.builder().client(client).retryer(Retryer.NEVER_RETRY);
        if (settings.user != null) {
            builder.requestInterceptor(new BasicAuthRequestInterceptor(settings.user, settings.password));
        }
        api = builder.target(Api.class, "https://localhost");
    }

    @Override
    public String send(HttpCall call) {
        return HttpCall.answer(200, api.get(URI.create(call.url), new HashMap<>(call.headers)));
    }
}
