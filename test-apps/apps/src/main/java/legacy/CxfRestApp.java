package legacy;

import org.apache.cxf.jaxrs.client.WebClient;

/** CXF's own client for REST; Basic by its conduit. CXF 3 (HttpURLConnection) and 4 (java.net.http). */
public final class CxfRestApp implements Requests.Sender {

    private HttpSettings settings;

    public static void main(String[] args) throws Exception {
        Requests.serve(args, new CxfRestApp());
    }

    @Override
    public void open(HttpSettings read) {
        settings = read;
    }

    @Override
    public String send(HttpCall call) {
        WebClient client = settings.user == null
                ? WebClient.create(call.url)
                : WebClient.create(call.url, settings.user, settings.password, null);
        try {
            call.headers.forEach((name, value) -> client.header(name, value));
            return HttpCall.answer(200, client.get(String.class));
        } finally {
            client.close();
        }
    }
}
