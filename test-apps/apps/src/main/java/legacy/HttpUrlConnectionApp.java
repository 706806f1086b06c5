package legacy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Authenticator;
import java.net.HttpURLConnection;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** {@code java.net.HttpURLConnection}, the client that every JDK has; Basic by {@link Authenticator}. */
public final class HttpUrlConnectionApp implements Requests.Sender {

    private HttpSettings settings;

    public static void main(String[] args) throws Exception {
        Requests.serve(args, new HttpUrlConnectionApp());
    }

    @Override
    public void open(HttpSettings read) {
        settings = read;
        boolean logins = settings.user != null || settings.proxyUser != null;
        Authenticator.setDefault(logins ? new Logins(settings) : null);
    }

    @Override
    public String send(HttpCall call) throws Exception {
        URL url = new URL(call.url);
        HttpURLConnection connection = (HttpURLConnection)
                (settings.proxy == null
                        ? url.openConnection()
                        : url.openConnection(new Proxy(Proxy.Type.HTTP, settings.proxy)));
        call.abortedBy(connection::disconnect);
        connection.setConnectTimeout(settings.timeout);
        connection.setReadTimeout(settings.timeout);
        connection.setInstanceFollowRedirects(settings.follow);
        connection.setRequestMethod(call.method());
        for (Map.Entry<String, String> header : call.headers.entrySet()) {
            connection.setRequestProperty(header.getKey(), header.getValue());
        }
        if (call.body != null) {
            connection.setRequestProperty("Content-Type", HttpCall.FORM);
            connection.setDoOutput(true);
            try (OutputStream out = connection.getOutputStream()) {
                out.write(call.body.getBytes(StandardCharsets.UTF_8));
            }
        }
        int status = connection.getResponseCode();
        return HttpCall.answer(status, read(status < 400 ? connection.getInputStream() : connection.getErrorStream()));
    }

    private static String read(InputStream stream) throws IOException {
        if (stream == null) {
            return "";
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] buffer = new byte[1024];
        try (InputStream in = stream) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                all.write(buffer, 0, n);
            }
        }
        return all.toString("UTF-8");
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
