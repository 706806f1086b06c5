package legacy;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.handler.codec.http2.HttpConversionUtil;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/** Netty's codecs and nothing around them: HTTP/1.1 over a few connections, HTTP/2 over one. */
@SuppressWarnings("deprecation")
public final class NettyApp implements Requests.Sender {

    private static final int LARGEST = 1 << 20;

    private final ConcurrentLinkedQueue<Channel> idle = new ConcurrentLinkedQueue<>();
    private EventLoopGroup threads;
    private HttpSettings settings;
    private SslContext tls;

    public static void main(String[] args) throws Exception {
        Requests.serve(args, new NettyApp());
    }

    @Override
    public void open(HttpSettings read) throws Exception {
        settings = read;
        threads = new NioEventLoopGroup(2);
        SslContextBuilder builder = SslContextBuilder.forClient().sslProvider(SslProvider.JDK);
        if (settings.http2) {
            builder.applicationProtocolConfig(new ApplicationProtocolConfig(
                    ApplicationProtocolConfig.Protocol.ALPN,
                    ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                    ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                    "h2"));
        }
        tls = builder.build();
    }

    @Override
    public String send(HttpCall call) throws Exception {
        URI uri = URI.create(call.url);
        Channel connection = connection(uri);
        Channel channel = settings.http2 ? stream(connection) : connection;
        CompletableFuture<String> answer = new CompletableFuture<>();
        channel.pipeline().addLast(new Answers(answer));
        call.abortedBy(() -> {
            answer.completeExceptionally(new IOException("aborted"));
            channel.close();
        });
        channel.writeAndFlush(request(call, uri)).addListener(written -> {
            if (!written.isSuccess()) {
                answer.completeExceptionally(written.cause());
            }
        });
        try {
            String said = answer.get(settings.timeout, TimeUnit.MILLISECONDS);
            if (settings.http2) {
                channel.close();
            } else {
                channel.pipeline().removeLast();
            }
            idle.add(connection);
            return said;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception ? (Exception) e.getCause() : e;
        }
    }

    private static FullHttpRequest request(HttpCall call, URI uri) {
        String target = uri.getRawQuery() == null ? uri.getRawPath() : uri.getRawPath() + "?" + uri.getRawQuery();
        FullHttpRequest request =
                new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.valueOf(call.method()), target);
        request.headers().set("Host", uri.getRawAuthority());
        request.headers().set(HttpConversionUtil.ExtensionHeaderNames.SCHEME.text(), "https");
        call.headers.forEach(request.headers()::set);
        if (call.body != null) {
            byte[] body = call.body.getBytes(StandardCharsets.UTF_8);
            request.content().writeBytes(body);
            request.headers().set("Content-Type", HttpCall.FORM).set("Content-Length", body.length);
        }
        return request;
    }

    private Channel connection(URI uri) throws Exception {
        for (Channel kept = idle.poll(); kept != null; kept = idle.poll()) {
            if (kept.isActive()) {
                return kept;
            }
        }
        Channel connected = new Bootstrap()
                .group(threads)
                .channel(NioSocketChannel.class)
                .handler(new Connection(uri))
                .connect(uri.getHost(), uri.getPort())
                .sync()
                .channel();
        connected.pipeline().get(SslHandler.class).handshakeFuture().sync();
        return connected;
    }

    private static Channel stream(Channel connection) throws Exception {
        return new Http2StreamChannelBootstrap(connection)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel stream) {
                        stream.pipeline()
                                .addLast(
                                        new Http2StreamFrameToHttpObjectCodec(false),
                                        new HttpObjectAggregator(LARGEST));
                    }
                })
                .open()
                .sync()
                .getNow();
    }

    @Override
    public void close() {
        idle.clear();
        threads.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    /** The pipeline of a connection. */
    private final class Connection extends ChannelInitializer<Channel> {

        private final URI uri;

        Connection(URI uri) {
            this.uri = uri;
        }

        @Override
        protected void initChannel(Channel channel) {
            SslHandler handler = tls.newHandler(channel.alloc(), uri.getHost(), uri.getPort());
            SSLEngine engine = handler.engine();
            SSLParameters parameters = engine.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            engine.setSSLParameters(parameters);
            channel.pipeline().addLast(handler);
            if (settings.http2) {
                channel.pipeline()
                        .addLast(Http2FrameCodecBuilder.forClient().build(), new Http2MultiplexHandler(new Ignored()));
            } else {
                channel.pipeline().addLast(new HttpClientCodec(), new HttpObjectAggregator(LARGEST));
            }
        }
    }

    /** Streams that the server opens: none. */
    @ChannelHandler.Sharable
    private static final class Ignored extends ChannelInboundHandlerAdapter {}

    /** Hands one answer over. */
    private static final class Answers extends SimpleChannelInboundHandler<FullHttpResponse> {

        private final CompletableFuture<String> answer;

        Answers(CompletableFuture<String> answer) {
            this.answer = answer;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpResponse response) {
            answer.complete(
                    HttpCall.answer(response.status().code(), response.content().toString(StandardCharsets.UTF_8)));
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            answer.completeExceptionally(new IOException("the connection was closed"));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            answer.completeExceptionally(cause);
            context.close();
        }
    }
}
