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

/** {@code java.net.http.HttpClient}, HTTP/1.1, HTTP/2, or HTTP/3 from JDK 26 on; Basic by {@link Authenticator}. */
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
                .version(version())
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

    private HttpClient.Version version() {
        if (settings.http3 != null) {
            return HttpClient.Version.valueOf("HTTP_3");
        }
        return settings.http2 ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1;
    }

    /** {@code setOption(HttpOption.H3_DISCOVERY, mode)}, which this program's Java does not have. */
    private void discover(HttpRequest.Builder request) throws ReflectiveOperationException {
        Class<?> option = Class.forName("java.net.http.HttpOption");
        Object discovery = option.getField("H3_DISCOVERY").get(null);
        Object mode = Class.forName("java.net.http.HttpOption$Http3DiscoveryMode")
                .getField(settings.http3)
                .get(null);
        HttpRequest.Builder.class.getMethod("setOption", option, Object.class).invoke(request, discovery, mode);
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
        if (settings.http3 != null) {
            discover(request);
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
