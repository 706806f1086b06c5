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

    static final String JAVA_NET_HTTP_1 = "jdk/internal/net/http/Http1Request";
    static final String JAVA_NET_HTTP_2 = "jdk/internal/net/http/frame/OutgoingHeaders";
    static final String JAVA_NET_HPACK = "jdk/internal/net/http/hpack/Encoder";

    static final String[] APACHE_4 = {
        "org/apache/http/impl/AbstractHttpClientConnection",
        "org/apache/http/impl/DefaultBHttpClientConnection",
        "org/apache/http/impl/io/AbstractMessageWriter",
        "org/apache/http/impl/nio/DefaultNHttpClientConnection",
        "org/apache/http/impl/nio/codecs/AbstractMessageWriter",
        "org/apache/http/impl/nio/client/MainClientExec",
    };

    static final String[] APACHE_5 = {
        "org/apache/hc/core5/http/impl/io/DefaultBHttpClientConnection",
        "org/apache/hc/core5/http/impl/io/AbstractMessageWriter",
        "org/apache/hc/core5/http/impl/nio/AbstractHttp1StreamDuplexer",
        "org/apache/hc/core5/http/impl/nio/AbstractMessageWriter",
        "org/apache/hc/core5/http2/impl/nio/AbstractH2StreamMultiplexer$H2StreamChannelImpl",
        "org/apache/hc/core5/http2/hpack/HPackEncoder",
        "org/apache/hc/client5/http/impl/async/AsyncProtocolExec",
    };

    static final String[] COMMONS_3 = {
        "org/apache/commons/httpclient/HttpMethodBase",
        "org/apache/commons/httpclient/HttpConnection",
        "org/apache/commons/httpclient/Header",
    };

    private HttpClasses() {}

    /** All of them. */
    public static Set<String> all() {
        Set<String> all =
                new HashSet<>(Arrays.asList(URL_CONNECTION, JAVA_NET_HTTP_1, JAVA_NET_HTTP_2, JAVA_NET_HPACK));
        all.addAll(Arrays.asList(APACHE_4));
        all.addAll(Arrays.asList(APACHE_5));
        all.addAll(Arrays.asList(COMMONS_3));
        return all;
    }
}
