package legacy;

import javax.ws.rs.client.Client;
import org.jboss.resteasy.client.jaxrs.ResteasyClientBuilder;
import org.jboss.resteasy.client.jaxrs.internal.BasicAuthentication;

/** RESTEasy 4 on Apache HttpClient 4, its default; Basic by its filter. */
public final class ResteasyApp implements Requests.Sender {

    private Client client;

    public static void main(String[] args) throws Exception {
        Requests.serve(args, new ResteasyApp());
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
        return JerseyApp.send(client, call);
    }

    @Override
    public void close() {
        client.close();
    }
}
