package io.lethe.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.broker.Target;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class PostgresqlRouteTest {

    private static final Target TARGET = new Target("postgresql", "127.0.0.1", 5432, "orders");

    @Test
    void plainConnection_needsNothingGranted() {
        assertThat(PostgresqlRoute.of(new Properties(), TARGET)).isEmpty();
        assertThat(PostgresqlRoute.of(with("sslfactory", "org.postgresql.ssl.LibPQFactory"), TARGET))
                .isEmpty();
    }

    @Test
    void classesBetweenDriverAndServer_areNamed() {
        assertThat(PostgresqlRoute.of(with("socketFactory", "com.example.Tunnel"), TARGET))
                .containsExactly("socketFactory=com.example.Tunnel");
        assertThat(PostgresqlRoute.of(with("sslfactory", "org.postgresql.ssl.NonValidatingFactory"), TARGET))
                .containsExactly("sslfactory=org.postgresql.ssl.NonValidatingFactory");
    }

    @Test
    void socksProxyOfTheJvm_isNamed() {
        ProxySelector before = ProxySelector.getDefault();
        ProxySelector.setDefault(new ProxySelector() {
            @Override
            public List<Proxy> select(URI uri) {
                return List.of(new Proxy(Proxy.Type.SOCKS, InetSocketAddress.createUnresolved("proxy.example", 1080)));
            }

            @Override
            public void connectFailed(URI uri, SocketAddress address, IOException e) {}
        });
        try {
            assertThat(PostgresqlRoute.of(new Properties(), TARGET))
                    .containsExactly("socksProxyHost=proxy.example:1080");
        } finally {
            ProxySelector.setDefault(before);
        }
    }

    @Test
    void onlyVerifyFullWithTheDriversOwnChecks_isVerified() {
        assertThat(PostgresqlRoute.verifiedTls(new Properties())).isFalse();
        assertThat(PostgresqlRoute.verifiedTls(with("sslmode", "require"))).isFalse();
        Properties full = with("sslmode", "verify-full");
        assertThat(PostgresqlRoute.verifiedTls(full)).isTrue();
        full.setProperty("sslfactory", "org.postgresql.ssl.NonValidatingFactory");
        assertThat(PostgresqlRoute.verifiedTls(full)).isFalse();
    }

    private static Properties with(String name, String value) {
        Properties properties = new Properties();
        properties.setProperty(name, value);
        return properties;
    }
}
