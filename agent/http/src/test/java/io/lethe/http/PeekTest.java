package io.lethe.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class PeekTest {

    private static final Members MEMBERS = new Members(new NothingWoven());
    private static final String[] INWARDS = {"sslEngine", "tlsSessionRef", "ioSession", "session"};

    @Test
    void engineInsideOfLayers_isFoundWithTheHostThatItWasMadeFor() throws Exception {
        SSLEngine engine = SSLContext.getDefault().createSSLEngine("api.example", 8443);
        Object connection = new Logging(new Channel(new Tls(engine)));
        Destination where = Peek.session(MEMBERS, connection, true, INWARDS);
        assertThat(where.tls).isSameAs(engine);
        assertThat(where.scheme + " " + where.host + " " + where.port).isEqualTo("https api.example 8443");
        assertThat(where.multiplexed).isTrue();
    }

    @Test
    void sessionWithoutTls_isPlainAndLeadsToItsAddress() throws Exception {
        Destination where = Peek.session(MEMBERS, new Logging(new Channel(null)), false, INWARDS);
        assertThat(where.tls).isNull();
        assertThat(where.scheme + " " + where.host + " " + where.port).isEqualTo("http plain.example 80");
    }

    @Test
    void engineWithoutAHost_isRefused() throws Exception {
        Object connection = new Channel(new Tls(SSLContext.getDefault().createSSLEngine()));
        assertThatThrownBy(() -> Peek.session(MEMBERS, connection, false, INWARDS))
                .isInstanceOf(IOException.class);
    }

    private static final class Logging {
        final Object session;

        Logging(Object session) {
            this.session = session;
        }
    }

    private static final class Channel {
        final AtomicReference<@Nullable Object> tlsSessionRef = new AtomicReference<>();
        final Object ioSession = new Plain();

        Channel(@Nullable Object tls) {
            tlsSessionRef.set(tls);
        }
    }

    private static final class Plain {
        @SuppressWarnings("unused")
        SocketAddress getRemoteAddress() {
            return InetSocketAddress.createUnresolved("plain.example", 80);
        }
    }

    private static final class Tls {
        final SSLEngine sslEngine;

        Tls(SSLEngine sslEngine) {
            this.sslEngine = sslEngine;
        }
    }
}
