package legacy;

import jakarta.ws.rs.client.Client;
import jakarta.ws.rs.client.ClientBuilder;
import jakarta.ws.rs.client.Invocation;
import jakarta.ws.rs.core.Response;
import java.util.Map;
import org.glassfish.jersey.client.authentication.HttpAuthenticationFeature;

/** Jersey 3 on HttpURLConnection, its default; Basic by its feature. */
public final class Jersey3App implements Requests.Sender {

    private Client client;

    public static void main(String[] args) throws Exception {
        Requests.serve(args, new Jersey3App());
    }

    @Override
    public void open(HttpSettings settings) {
        client = ClientBuilder.newClient();
        if (settings.user != null) {
            client.register(HttpAuthenticationFeature.basic(settings.user, settings.password));
        }
    }

    @Override
    public String send(HttpCall call) {
        return send(client, call);
    }

    static String send(Client client, HttpCall call) {
        Invocation.Builder request = client.target(call.url).request();
        for (Map.Entry<String, String> header : call.headers.entrySet()) {
            request.header(header.getKey(), header.getValue());
        }
        Response response = request.get();
        try {
            return HttpCall.answer(response.getStatus(), response.readEntity(String.class));
        } finally {
            response.close();
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
