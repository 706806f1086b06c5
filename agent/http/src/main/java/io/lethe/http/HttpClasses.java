package io.lethe.http;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * The internal names of all classes that HTTP stacks name: all that the gate needs to know before the first of them is loaded.
 *
 * <p>Loaded by the agent loader, before main.
 */
public final class HttpClasses {

    static final String URL_CONNECTION = "sun/net/www/http/HttpClient";

    static final String DIGEST = "sun/net/www/protocol/http/DigestAuthentication";
    static final String NTLM = "com/sun/security/ntlm/Client";

    static final String JAVA_NET_HTTP_1 = "jdk/internal/net/http/Http1Request";
    static final String JAVA_NET_HTTP_2 = "jdk/internal/net/http/frame/OutgoingHeaders";
    static final String JAVA_NET_HPACK = "jdk/internal/net/http/hpack/Encoder";

    private HttpClasses() {}

    /** All of them. */
    public static Set<String> all() {
        return new HashSet<>(
                Arrays.asList(URL_CONNECTION, DIGEST, NTLM, JAVA_NET_HTTP_1, JAVA_NET_HTTP_2, JAVA_NET_HPACK));
    }
}
