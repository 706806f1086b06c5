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
    static final String JAVA_NET_HTTP_CHOICE = "jdk/internal/net/http/ExchangeImpl";
    static final String JAVA_NET_HTTP_3 = "jdk/internal/net/http/Http3ExchangeImpl";
    static final String JAVA_NET_HPACK = "jdk/internal/net/http/hpack/Encoder";
    static final String JAVA_NET_STREAM = "jdk/internal/net/http/Stream";
    static final String JAVA_NET_BYTES = "jdk/internal/net/http/RequestPublishers$ByteArrayPublisher";

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
        "org/apache/hc/core5/http/impl/nio/ClientHttp1StreamHandler",
        "org/apache/hc/core5/http2/impl/nio/ClientH2StreamHandler",
        "org/apache/hc/core5/http/nio/entity/BasicAsyncEntityProducer",
        "org/apache/hc/core5/http/nio/entity/AbstractCharAsyncEntityProducer",
    };

    static final String[] COMMONS_3 = {
        "org/apache/commons/httpclient/HttpMethodBase",
        "org/apache/commons/httpclient/HttpConnection",
        "org/apache/commons/httpclient/Header",
        "org/apache/commons/httpclient/methods/EntityEnclosingMethod",
    };
    static final String[] AXIS_1 = {
        "org/apache/axis/transport/http/HTTPSender", "org/apache/axis/components/net/JSSESocketFactory"
    };
    static final String OKHTTP_LAST = "okhttp3/internal/http/CallServerInterceptor";
    static final String[] OKHTTP_1 = {
        "okhttp3/internal/http1/Http1ExchangeCodec",
        "okhttp3/internal/http1/Http1Codec",
        "okhttp3/internal/http/Http1xStream"
    };
    static final String[] OKHTTP_2 = {
        "okhttp3/internal/http2/Http2ExchangeCodec",
        "okhttp3/internal/http2/Http2Codec",
        "okhttp3/internal/http/Http2xStream"
    };
    /** What asks a proxy for a tunnel: up to 4, and from 5 on. */
    static final String[] OKHTTP_TUNNEL = {
        "okhttp3/internal/connection/RealConnection", "okhttp3/internal/connection/ConnectPlan"
    };

    static final String OKHTTP_HPACK = "okhttp3/internal/http2/Hpack$Writer";

    /** Where Netty lies, and gRPC's copy of it. */
    static final String[] NETTYS = {"io/netty/", "io/grpc/netty/shaded/io/netty/"};

    static final String NETTY_CLIENT = "handler/codec/http/HttpClientCodec$Encoder";
    static final String NETTY_ENCODER = "handler/codec/http/HttpObjectEncoder";
    static final String NETTY_FIELD = "handler/codec/http/HttpHeadersEncoder";
    static final String NETTY_FRAMES = "handler/codec/http2/DefaultHttp2FrameWriter";
    static final String NETTY_HPACK = "handler/codec/http2/HpackEncoder";

    static final String GRPC_STREAM = "io/grpc/okhttp/OkHttpClientStream$TransportState";
    static final String GRPC_HPACK = "io/grpc/okhttp/internal/framed/Hpack$Writer";

    /** Up to 11, and from 12 on; so the next three, too. */
    static final String[] JETTY_REQUEST = {
        "org/eclipse/jetty/client/HttpRequest", "org/eclipse/jetty/client/transport/HttpRequest"
    };

    static final String[] JETTY_1 = {
        "org/eclipse/jetty/client/http/HttpSenderOverHTTP",
        "org/eclipse/jetty/client/transport/internal/HttpSenderOverHTTP"
    };
    static final String[] JETTY_2 = {
        "org/eclipse/jetty/http2/client/http/HttpSenderOverHTTP2",
        "org/eclipse/jetty/http2/client/transport/internal/HttpSenderOverHTTP2"
    };
    /** FastCGI and HTTP/3, which have no sink. */
    static final String[] JETTY_OTHERS = {
        "org/eclipse/jetty/fcgi/client/http/HttpSenderOverFCGI",
        "org/eclipse/jetty/fcgi/client/transport/internal/HttpSenderOverFCGI",
        "org/eclipse/jetty/http3/client/http/internal/HttpSenderOverHTTP3",
        "org/eclipse/jetty/http3/client/transport/internal/HttpSenderOverHTTP3"
    };

    static final String JETTY_GENERATOR = "org/eclipse/jetty/http/HttpGenerator";
    static final String JETTY_FRAME = "org/eclipse/jetty/http2/frames/HeadersFrame";
    static final String JETTY_HPACK = "org/eclipse/jetty/http2/hpack/HpackEncoder";

    private HttpClasses() {}

    /** All of them. */
    public static Set<String> all() {
        Set<String> all = new HashSet<>(Arrays.asList(
                URL_CONNECTION,
                DIGEST,
                NTLM,
                JAVA_NET_HTTP_1,
                JAVA_NET_HTTP_2,
                JAVA_NET_HTTP_CHOICE,
                JAVA_NET_HTTP_3,
                JAVA_NET_HPACK,
                JAVA_NET_STREAM,
                JAVA_NET_BYTES,
                OKHTTP_LAST,
                OKHTTP_HPACK,
                GRPC_STREAM,
                GRPC_HPACK,
                JETTY_GENERATOR,
                JETTY_FRAME,
                JETTY_HPACK));
        for (String[] names : new String[][] {
            APACHE_4,
            APACHE_5,
            COMMONS_3,
            AXIS_1,
            OKHTTP_1,
            OKHTTP_2,
            OKHTTP_TUNNEL,
            JETTY_REQUEST,
            JETTY_1,
            JETTY_2,
            JETTY_OTHERS
        }) {
            all.addAll(Arrays.asList(names));
        }
        for (String netty : NETTYS) {
            for (String name : new String[] {NETTY_CLIENT, NETTY_ENCODER, NETTY_FIELD, NETTY_FRAMES, NETTY_HPACK}) {
                all.add(netty.concat(name));
            }
        }
        return all;
    }
}
