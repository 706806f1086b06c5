package legacy;

import java.util.Map;
import javax.ws.rs.client.Client;
import javax.ws.rs.client.ClientBuilder;
import javax.ws.rs.client.Invocation;
import javax.ws.rs.core.Response;
import org.glassfish.jersey.client.authentication.HttpAuthenticationFeature;

/** Jersey 2 on HttpURLConnection, its default; Basic by its feature. */
public final class JerseyApp implements Requests.Sender {

    private Client client;

    public static void main(String[] args) throws Exception {
        Requests.serve(args, new JerseyApp());
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
