package legacy;

import io.netty.handler.codec.http.HttpMethod;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.transport.ProxyProvider;

/** Reactor Netty, on which Spring's WebClient stands, HTTP/1.1 or HTTP/2. */
public final class ReactorNettyApp implements Requests.Sender {

    private ConnectionProvider connections;
    private HttpClient client;

    public static void main(String[] args) throws Exception {
        Requests.serve(args, new ReactorNettyApp());
    }

    @Override
    public void open(HttpSettings settings) {
        connections = ConnectionProvider.create("app", 32);
        client = HttpClient.create(connections)
                .protocol(settings.http2 ? HttpProtocol.H2 : HttpProtocol.HTTP11)
                .secure()
                .responseTimeout(Duration.ofMillis(settings.timeout))
                .followRedirect(settings.follow);
        if (settings.proxy != null) {
            client = client.proxy(proxy -> {
                ProxyProvider.Builder builder =
                        proxy.type(ProxyProvider.Proxy.HTTP).address(settings.proxy);
                if (settings.proxyUser != null) {
                    builder.username(settings.proxyUser).password(user -> settings.proxyPassword);
                }
            });
        }
    }

    @Override
    public String send(HttpCall call) throws Exception {
        HttpClient.RequestSender request = client.headers(fields -> {
                    call.headers.forEach(fields::set);
                    if (call.body != null) {
                        fields.set("Content-Type", HttpCall.FORM);
                    }
                })
                .request(HttpMethod.valueOf(call.method()))
                .uri(call.url);
        HttpClient.ResponseReceiver<?> receiver =
                call.body == null ? request : request.send(ByteBufFlux.fromString(Mono.just(call.body)));
        CompletableFuture<String> sending = receiver.responseSingle((response, content) -> content.asString()
                        .defaultIfEmpty("")
                        .map(body -> HttpCall.answer(response.status().code(), body)))
                .toFuture();
        call.abortedBy(() -> sending.cancel(true));
        try {
            return sending.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception ? (Exception) e.getCause() : e;
        }
    }

    @Override
    public void close() {
        connections.dispose();
    }
}
