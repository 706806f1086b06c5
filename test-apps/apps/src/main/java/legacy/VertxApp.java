package legacy;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.ProxyOptions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Vert.x 4's HttpClient, HTTP/1.1 or HTTP/2. */
public final class VertxApp implements Requests.Sender {

    private HttpSettings settings;
    private Vertx vertx;
    private HttpClient client;

    public static void main(String[] args) throws Exception {
        Requests.serve(args, new VertxApp());
    }

    @Override
    public void open(HttpSettings read) {
        settings = read;
        vertx = Vertx.vertx();
        HttpClientOptions options = new HttpClientOptions()
                .setSsl(true)
                .setUseAlpn(settings.http2)
                .setProtocolVersion(settings.http2 ? HttpVersion.HTTP_2 : HttpVersion.HTTP_1_1);
        if (settings.proxy != null) {
            options.setProxyOptions(new ProxyOptions()
                    .setHost(settings.proxy.getHostString())
                    .setPort(settings.proxy.getPort())
                    .setUsername(settings.proxyUser)
                    .setPassword(settings.proxyPassword));
        }
        client = vertx.createHttpClient(options);
    }

    @Override
    public String send(HttpCall call) throws Exception {
        RequestOptions options = new RequestOptions()
                .setAbsoluteURI(call.url)
                .setMethod(HttpMethod.valueOf(call.method()))
                .setFollowRedirects(settings.follow)
                .setTimeout(settings.timeout);
        call.headers.forEach(options::putHeader);
        if (call.body != null) {
            options.putHeader("Content-Type", HttpCall.FORM);
        }
        CompletableFuture<String> answer = new CompletableFuture<>();
        Future<String> sending = client.request(options).compose(request -> send(call, request));
        sending.onSuccess(answer::complete).onFailure(answer::completeExceptionally);
        try {
            return answer.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception ? (Exception) e.getCause() : e;
        }
    }

    private static Future<String> send(HttpCall call, HttpClientRequest request) {
        call.abortedBy(request::reset);
        return (call.body == null ? request.send() : request.send(call.body))
                .compose(response ->
                        response.body().map(body -> HttpCall.answer(response.statusCode(), body.toString())));
    }

    @Override
    public void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get();
    }
}
