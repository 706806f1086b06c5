package io.lethe.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A real nginx on free ports of 127.0.0.1 that knows the true secret and says of each place in a request where it may stand
 * whether it stood there: {@code TRUE}, {@code BAD} or {@code NONE}. It neither echoes nor logs what it received. It stops at
 * {@link #close()}, at the latest when this JVM ends. One thread.
 *
 * <p>Paths: {@code /check}; {@code /soap} and {@code /soap/basic}, the same as
 * answers to calls by SOAP 1.1; {@code /form} for a POST with the field {@code client_secret}; {@code /hook/<secret>/check};
 * {@code /basic}, which asks for Basic until it is right; {@code /status/401}; {@code /redirect?to=<URL>}; {@code /slow}, which
 * never answers. The places: {@code Authorization} (Bearer, or Basic of {@link #USER}), {@code X-Api-Key}, the cookie
 * {@code session}, the query parameter {@code key}, path, form.
 */
public final class Nginx implements AutoCloseable {

    /** What one of its ports speaks. */
    public enum Speaks {
        /** HTTP/1.1 over TLS 1.3 or 1.2, whatever the client likes best. */
        TLS("ssl", "ssl_protocols TLSv1.2 TLSv1.3;"),
        /** HTTP/2 over the same, HTTP/1.1 where the client does not offer it. */
        H2("ssl http2", "ssl_protocols TLSv1.2 TLSv1.3;"),
        TLS12_GCM("ssl", "ssl_protocols TLSv1.2; ssl_ciphers ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384;"),
        TLS12_CBC("ssl", "ssl_protocols TLSv1.2; ssl_ciphers ECDHE-RSA-AES128-SHA256:ECDHE-RSA-AES128-SHA;"),
        CHACHA20("ssl", "ssl_protocols TLSv1.3; ssl_conf_command Ciphersuites TLS_CHACHA20_POLY1305_SHA256;"),
        PLAIN("", "");

        private final String listen;
        private final String directives;

        Speaks(String listen, String directives) {
            this.listen = listen;
            this.directives = directives;
        }
    }

    /** The user name of Basic. */
    public static final String USER = "app";

    /** Asks for Basic until it is right. */
    private static final String ASKED = "add_header WWW-Authenticate 'Basic realm=\"test\"' always;\n"
            + "if ($authorization != TRUE) { return 401; }\n";

    private static final long SECONDS = 60;

    private final Path directory = TemporaryFiles.directory("lethe-nginx-");
    private final Map<Speaks, Integer> ports = new EnumMap<>(Speaks.class);
    private final Listener slow = Listener.silent();
    private final ServerProcess process;

    private Nginx(Authority.Identity identity, byte[] secret) {
        List<Integer> free = ServerProcess.freePorts(Speaks.values().length);
        for (Speaks speaks : Speaks.values()) {
            ports.put(speaks, free.get(speaks.ordinal()));
        }
        identity.writeTo(directory);
        Path config = directory.resolve("nginx.conf");
        try {
            Files.writeString(config, configuration(secret));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        process = new ServerProcess(
                directory,
                port(Speaks.PLAIN),
                List.of(
                        DebianProgram.of("nginx").toString(),
                        "-p",
                        directory.toString(),
                        "-e",
                        "stderr",
                        "-c",
                        config.toString()));
    }

    public static Nginx start(Authority.Identity identity, byte[] secret) {
        return new Nginx(identity, secret);
    }

    public int port(Speaks speaks) {
        return ports.get(speaks);
    }

    /** The origin, as a grant names it and URLs begin. */
    public String origin(Speaks speaks) {
        return (speaks == Speaks.PLAIN ? "http" : "https") + "://localhost:" + port(speaks);
    }

    /** How many requests to {@code /slow} have arrived. */
    public int waiting() {
        return slow.connections();
    }

    /** Waits until that many have. */
    public void awaitWaiting(int count) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (waiting() < count) {
            if (System.nanoTime() > end) {
                throw new AssertionError("only " + waiting() + " of " + count + " requests to /slow arrived");
            }
            ServerProcess.pause();
        }
    }

    Path directory() {
        return directory;
    }

    private String configuration(byte[] secret) {
        String text = new String(secret, StandardCharsets.UTF_8);
        String login = USER + ":" + text;
        String basic = Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
        StringBuilder config = new StringBuilder("daemon off; master_process off; pid nginx.pid;\n")
                // From error on it would write down requests, and with them their paths.
                .append("error_log stderr emerg;\n")
                .append("events { worker_connections 512; }\n")
                .append("http {\naccess_log off;\nserver_tokens off;\nkeepalive_requests 100000;\n")
                .append("client_body_in_single_buffer on;\n");
        for (String temporary : List.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi")) {
            config.append(temporary + "_temp_path " + directory.resolve(temporary) + ";\n");
        }
        // Expressions, because plain keys of a map are compared without case.
        map(
                config,
                "http_authorization",
                "authorization",
                "^(Bearer " + literal(text) + "|Basic " + literal(basic) + ")$");
        map(config, "http_x_api_key", "key", "^" + literal(text) + "$");
        map(config, "cookie_session", "cookie", "^" + literal(text) + "$");
        map(config, "arg_key", "query", "^" + literal(text) + "$");
        map(config, "request_body", "form", "(^|&)client_secret=" + literal(text) + "(&|$)");
        config.append(
                "map $uri $path { default NONE; \"~^/hook/" + literal(text) + "/check$\" TRUE; ~^/hook/ BAD; }\n");
        for (Speaks speaks : Speaks.values()) {
            server(config, speaks);
        }
        return config.append("}\n").toString();
    }

    private static void map(StringBuilder config, String of, String to, String expression) {
        config.append("map $" + of + " $" + to + " { default BAD; \"\" NONE; \"~" + expression + "\" TRUE; }\n");
    }

    /** As a regular expression that matches nothing else. */
    private static String literal(String text) {
        StringBuilder expression = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            boolean plain = b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9';
            expression.append(plain ? String.valueOf((char) b) : String.format("\\x%02x", b));
        }
        return expression.toString();
    }

    private void server(StringBuilder config, Speaks speaks) {
        String answer = "authorization=$authorization key=$key cookie=$cookie query=$query path=$path form=%s"
                + " protocol=$server_protocol cipher=$ssl_cipher";
        String soap = "default_type text/xml;\nreturn 200 \"" + soap(answer.formatted("NONE")) + "\";\n";
        config.append("server {\nlisten 127.0.0.1:" + port(speaks) + " " + speaks.listen + ";\n");
        if (speaks != Speaks.PLAIN) {
            config.append("ssl_certificate server.crt; ssl_certificate_key server.key;\n");
            config.append(speaks.directives + "\n");
        } else {
            // The body is read only where it is passed on: this is where to, with what was found in it.
            config.append("location = /answer { return 200 \"$http_x_answer\\n\"; }\n");
        }
        config.append("location / { return 404; }\n")
                .append("location ~ ^/(check(/|$)|hook/) { return 200 \"" + answer.formatted("NONE") + "\\n\"; }\n")
                .append("location = /soap {\n" + soap + "}\n")
                .append("location = /soap/basic {\n" + ASKED + soap + "}\n")
                .append("location = /form {\n")
                .append("proxy_set_header X-Answer \"" + answer.formatted("$form") + "\";\n")
                .append("proxy_set_header Content-Length \"\";\nproxy_method GET;\n")
                .append("proxy_pass_request_headers off; proxy_pass_request_body off;\n")
                .append("proxy_pass http://127.0.0.1:" + port(Speaks.PLAIN) + "/answer;\n}\n")
                .append("location = /basic {\n" + ASKED + "return 200 \"" + answer.formatted("NONE") + "\\n\";\n}\n")
                .append("location = /status/401 {\nadd_header WWW-Authenticate 'Bearer realm=\"test\"' always;\n")
                .append("return 401 \"no\\n\";\n}\n")
                .append("location = /redirect { return 302 $arg_to; }\n")
                .append("location = /slow {\nproxy_pass_request_headers off; proxy_read_timeout 1h;\n")
                .append("proxy_pass http://127.0.0.1:" + slow.port() + ";\n}\n}\n");
    }

    private static String soap(String answer) {
        return "<soap:Envelope xmlns:soap='http://schemas.xmlsoap.org/soap/envelope/'><soap:Body>"
                + "<answer xmlns='urn:test'>" + answer + "</answer></soap:Body></soap:Envelope>";
    }

    @Override
    public void close() {
        process.close();
        slow.close();
        TemporaryFiles.delete(directory.toFile());
    }
}
