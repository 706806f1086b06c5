package legacy;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import javax.net.ssl.HttpsURLConnection;

/**
 * Reads a password from a KV engine as a program without Lethe does: logs in with AppRole, asks with the token, takes the text out
 * of the answer. Keys: {@code address}, {@code path}, {@code roleId}, {@code secretId}. One command: {@code read}.
 */
public final class KvReaderApp {

    private KvReaderApp() {}

    public static void main(String[] args) throws Exception {
        Properties config = Config.load(args[0]);
        Console.serve(words -> {
            String login = "{\"role_id\":\"" + config.getProperty("roleId") + "\",\"secret_id\":\""
                    + config.getProperty("secretId") + "\"}";
            String answer = ask(config.getProperty("address") + "/v1/auth/approle/login", null, login);
            String token = between(answer, "\"client_token\":\"");
            String secret = ask(config.getProperty("address") + "/v1/" + config.getProperty("path"), token, null);
            return String.valueOf(between(secret, "\"password\":\"").length());
        });
    }

    private static String between(String text, String before) {
        int from = text.indexOf(before) + before.length();
        return text.substring(from, text.indexOf('"', from));
    }

    private static String ask(String url, String token, String content) throws Exception {
        HttpsURLConnection connection = (HttpsURLConnection) new URL(url).openConnection();
        if (token != null) {
            connection.setRequestProperty("X-Vault-Token", token);
        }
        if (content != null) {
            connection.setDoOutput(true);
            try (OutputStream out = connection.getOutputStream()) {
                out.write(content.getBytes(StandardCharsets.UTF_8));
            }
        }
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        try (InputStream in = connection.getInputStream()) {
            byte[] some = new byte[1024];
            for (int n = in.read(some); n >= 0; n = in.read(some)) {
                answer.write(some, 0, n);
            }
        }
        return answer.toString("UTF-8");
    }
}
