package legacy;

import java.net.Authenticator;
import java.net.PasswordAuthentication;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** {@code java.net.http.HttpClient}, HTTP/1.1 or HTTP/2; Basic by {@link Authenticator}. */
public final class JdkHttpClientApp implements Requests.Sender {

    private HttpSettings settings;
    private HttpClient client;

    public static void main(String[] args) throws Exception {
        Requests.serve(args, new JdkHttpClientApp());
    }

    @Override
    public void open(HttpSettings read) {
        settings = read;
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(settings.http2 ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofMillis(settings.timeout))
                .followRedirects(settings.follow ? HttpClient.Redirect.ALWAYS : HttpClient.Redirect.NEVER);
        if (settings.user != null || settings.proxyUser != null) {
            builder.authenticator(new Logins(settings));
        }
        if (settings.proxy != null) {
            builder.proxy(ProxySelector.of(settings.proxy));
        }
        client = builder.build();
    }

    @Override
    public String send(HttpCall call) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(call.url))
                .timeout(Duration.ofMillis(settings.timeout))
                .method(
                        call.method(),
                        call.body == null
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(call.body));
        call.headers.forEach(request::header);
        if (call.body != null) {
            request.header("Content-Type", HttpCall.FORM);
        }
        CompletableFuture<HttpResponse<String>> sending =
                client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString());
        call.abortedBy(() -> sending.cancel(true));
        try {
            HttpResponse<String> response = sending.get();
            return HttpCall.answer(response.statusCode(), response.body());
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception ? (Exception) e.getCause() : e;
        }
    }

    /** User names and passwords as the JDK asks for them. */
    private static final class Logins extends Authenticator {

        private final HttpSettings settings;

        Logins(HttpSettings settings) {
            this.settings = settings;
        }

        @Override
        protected PasswordAuthentication getPasswordAuthentication() {
            boolean proxy = getRequestorType() == RequestorType.PROXY;
            String user = proxy ? settings.proxyUser : settings.user;
            String password = proxy ? settings.proxyPassword : settings.password;
            return user == null ? null : new PasswordAuthentication(user, password.toCharArray());
        }
    }
}
