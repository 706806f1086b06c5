package legacy;

import java.net.Proxy;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import okhttp3.Authenticator;
import okhttp3.Call;
import okhttp3.Credentials;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/** OkHttp 3, 4 and 5, HTTP/1.1 or HTTP/2. Compiled against 3.12. */
@SuppressWarnings("deprecation")
public final class OkHttpApp implements Requests.Sender {

    private OkHttpClient client;

    public static void main(String[] args) throws Exception {
        Requests.serve(args, new OkHttpApp());
    }

    @Override
    public void open(HttpSettings settings) {
        OkHttpClient.Builder builder = new OkHttpClient.Builder()
                .protocols(
                        settings.http2
                                ? Arrays.asList(Protocol.HTTP_2, Protocol.HTTP_1_1)
                                : Collections.singletonList(Protocol.HTTP_1_1))
                .connectTimeout(settings.timeout, TimeUnit.MILLISECONDS)
                .readTimeout(settings.timeout, TimeUnit.MILLISECONDS)
                .followRedirects(settings.follow)
                .followSslRedirects(settings.follow);
        if (settings.user != null) {
            builder.authenticator(answering("Authorization", settings.user, settings.password));
        }
        if (settings.proxy != null) {
            builder.proxy(new Proxy(Proxy.Type.HTTP, settings.proxy));
            if (settings.proxyUser != null) {
                builder.proxyAuthenticator(
                        answering("Proxy-Authorization", settings.proxyUser, settings.proxyPassword));
            }
        }
        client = builder.build();
    }

    private static Authenticator answering(String header, String user, String password) {
        return (route, response) -> response.request().header(header) != null
                ? null
                : response.request()
                        .newBuilder()
                        .header(header, Credentials.basic(user, password))
                        .build();
    }

    @Override
    public String send(HttpCall call) throws Exception {
        Request.Builder request = new Request.Builder().url(call.url);
        for (Map.Entry<String, String> header : call.headers.entrySet()) {
            request.header(header.getKey(), header.getValue());
        }
        if (call.body != null) {
            request.post(RequestBody.create(MediaType.parse(HttpCall.FORM), call.body));
        }
        Call sending = client.newCall(request.build());
        call.abortedBy(sending::cancel);
        try (Response response = sending.execute()) {
            return HttpCall.answer(response.code(), response.body().string());
        }
    }

    @Override
    public void close() {
        client.dispatcher().executorService().shutdown();
        client.connectionPool().evictAll();
    }
}
