package legacy;

import com.google.api.client.http.BasicAuthentication;
import com.google.api.client.http.GenericUrl;
import com.google.api.client.http.HttpRequest;
import com.google.api.client.http.HttpResponse;
import com.google.api.client.http.HttpTransport;
import com.google.api.client.http.javanet.NetHttpTransport;
import java.util.Collections;
import java.util.Map;

/** Google's HTTP client on HttpURLConnection, its default; Basic by its interceptor. */
public final class GoogleApp implements Requests.Sender {

    private final HttpTransport transport;
    private HttpSettings settings;

    GoogleApp(HttpTransport transport) {
        this.transport = transport;
    }

    public static void main(String[] args) throws Exception {
        Requests.serve(args, new GoogleApp(new NetHttpTransport()));
    }

    @Override
    public void open(HttpSettings read) {
        settings = read;
    }

    @Override
    public String send(HttpCall call) throws Exception {
        BasicAuthentication basic =
                settings.user == null ? null : new BasicAuthentication(settings.user, settings.password);
        HttpRequest request = transport.createRequestFactory(basic).buildGetRequest(new GenericUrl(call.url));
        for (Map.Entry<String, String> header : call.headers.entrySet()) {
            Object value = header.getValue();
            request.getHeaders()
                    .set(
                            header.getKey(),
                            header.getKey().equals("Authorization") ? Collections.singletonList(value) : value);
        }
        HttpResponse response = request.execute();
        return HttpCall.answer(response.getStatusCode(), response.parseAsString());
    }
}
