package legacy;

import jakarta.ws.rs.client.Client;
import org.jboss.resteasy.client.jaxrs.ResteasyClientBuilder;
import org.jboss.resteasy.client.jaxrs.internal.BasicAuthentication;

/** RESTEasy 6 on Apache HttpClient 4, its default; Basic by its filter. */
public final class Resteasy6App implements Requests.Sender {

    private Client client;

    public static void main(String[] args) throws Exception {
        Requests.serve(args, new Resteasy6App());
    }

    @Override
    public void open(HttpSettings settings) {
        client = ((ResteasyClientBuilder) ResteasyClientBuilder.newBuilder())
                .connectionPoolSize(32)
                .build();
        if (settings.user != null) {
            client.register(new BasicAuthentication(settings.user, settings.password));
        }
    }

    @Override
    public String send(HttpCall call) {
        return Jersey3App.send(client, call);
    }

    @Override
    public void close() {
        client.close();
    }
}
