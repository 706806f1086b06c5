package io.lethe.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.weave.Sites;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketAddress;
import javax.net.ssl.HandshakeCompletedListener;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class TunnelsTest {

    private final Tunnels tunnels = new Tunnels(new Members(new NothingWoven()));
    private final Socket proxy = new Socket();

    @Test
    void tlsThroughATunnel_leadsWhereTheProxyWasAsked() throws Exception {
        tunnels.ask(new Socket(), "other.example:443");
        tunnels.ask(proxy, "api.example:8443");
        SSLSocket tls = new Layered(proxy);
        Destination where = tunnels.destination(tls);
        assertThat(where.scheme + " " + where.host + " " + where.port).isEqualTo("https api.example 8443");
        assertThat(where.tls).isSameAs(tls);
        // Asked anew, as after a 407.
        tunnels.ask(proxy, "[::1]:443");
        assertThat(tunnels.destination(tls).host).isEqualTo("::1");
    }

    @Test
    void tlsToTheProxyItself_leadsWhereItsSessionSays() throws Exception {
        SSLSocket tls = new Layered(null);
        tunnels.ask(tls, "api.example:8443");
        // Not the tunnel's destination, but its own.
        assertThatThrownBy(() -> tunnels.destination(tls)).hasMessage("not asked");
    }

    @Test
    void clearTextBehindAConnect_comesOutOfTheTunnel() {
        Destination plain = Destination.plain("proxy.example", 3128, proxy, false);
        assertThat(tunnels.comesOut(plain, "GET")).isFalse();
        tunnels.ask(plain, "evil.example:80");
        assertThat(tunnels.comesOut(plain, "GET")).isTrue();
        assertThat(tunnels.comesOut(plain, "CONNECT"))
                .as("once more, after a 407")
                .isFalse();
        assertThat(tunnels.comesOut(Destination.plain("proxy.example", 3128, new Socket(), false), "GET"))
                .as("another connection")
                .isFalse();
    }

    @Test
    void tlsToTheProxyAlone_isClearTextBehindAConnect_andTlsInTheTunnelIsNot() {
        SSLSocket outer = new Layered(null);
        tunnels.ask(outer, "evil.example:80");
        assertThat(tunnels.comesOut(new Destination("https", "proxy.example", 443, outer, false), "GET"))
                .isTrue();
        SSLSocket inner = new Layered(outer);
        assertThat(tunnels.comesOut(new Destination("https", "api.example", 443, inner, false), "GET"))
                .isFalse();
    }

    @Test
    void oneStreamsTunnel_saysNothingOfItsConnection() {
        Destination h2 = new Destination("https", "proxy.example", 443, proxy, true);
        tunnels.ask(h2, "evil.example:80");
        assertThat(tunnels.comesOut(h2, "GET")).isFalse();
    }

    /** The grant names the proxy, and the connection says that it leads there. */
    @Test
    void aReferenceInClearTextBehindAConnect_isRefused_beforeAnybodyIsAsked() {
        Http http = new Http(
                new Sites(),
                () -> {
                    throw new AssertionError("asked");
                },
                new NothingWoven());
        http.tunnels().ask(proxy, "evil.example:80");
        Destination where = Destination.plain("proxy.example", 3128, proxy, false);
        for (String target : new String[] {"/", "http://evil.example/"}) {
            for (String header : new String[] {"Authorization", "Proxy-Authorization"}) {
                assertThatThrownBy(() -> new Arming(http, where, "GET", target, Arming.HASTY)
                                .header(header, "Bearer lethe:login"))
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("lethe:login")
                        .hasMessageContaining("in clear text through a tunnel");
            }
        }
    }

    @Test
    void whatNamesNoPort_isRefused() {
        tunnels.ask(proxy, "api.example:https");
        assertThatThrownBy(() -> tunnels.destination(new Layered(proxy)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("api.example:https");
    }

    @Test
    void requestTargets_areTold() {
        assertThat(Tunnels.isAuthority("api.example:443")).isTrue();
        assertThat(Tunnels.isAuthority("[::1]:443")).isTrue();
        for (String other : new String[] {"/", "/a:b", "http://api.example:80/", "*", ""}) {
            assertThat(Tunnels.isAuthority(other)).as(other).isFalse();
        }
    }

    /** As JSSE's, by the name of the field that tests reach. */
    private static final class Layered extends SSLSocket {

        @SuppressWarnings("unused")
        private final Socket self;

        /** @param below null where it is not layered: then JSSE's is its own */
        Layered(@Nullable Socket below) {
            this.self = below == null ? this : below;
        }

        @Override
        public @Nullable SocketAddress getRemoteSocketAddress() {
            throw new IllegalStateException("not asked");
        }

        @Override
        public String[] getSupportedCipherSuites() {
            return new String[0];
        }

        @Override
        public String[] getEnabledCipherSuites() {
            return new String[0];
        }

        @Override
        public void setEnabledCipherSuites(String[] suites) {}

        @Override
        public String[] getSupportedProtocols() {
            return new String[0];
        }

        @Override
        public String[] getEnabledProtocols() {
            return new String[0];
        }

        @Override
        public void setEnabledProtocols(String[] protocols) {}

        @Override
        public SSLSession getSession() {
            throw new IllegalStateException("not asked");
        }

        @Override
        public void addHandshakeCompletedListener(HandshakeCompletedListener listener) {}

        @Override
        public void removeHandshakeCompletedListener(HandshakeCompletedListener listener) {}

        @Override
        public void startHandshake() {}

        @Override
        public void setUseClientMode(boolean mode) {}

        @Override
        public boolean getUseClientMode() {
            return true;
        }

        @Override
        public void setNeedClientAuth(boolean need) {}

        @Override
        public boolean getNeedClientAuth() {
            return false;
        }

        @Override
        public void setWantClientAuth(boolean want) {}

        @Override
        public boolean getWantClientAuth() {
            return false;
        }

        @Override
        public void setEnableSessionCreation(boolean flag) {}

        @Override
        public boolean getEnableSessionCreation() {
            return false;
        }
    }
}
