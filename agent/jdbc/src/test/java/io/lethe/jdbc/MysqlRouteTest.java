package io.lethe.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.broker.Target;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MysqlRouteTest {

    private static final Target TARGET = new Target("mysql", "127.0.0.1", 3306, "orders");

    @Test
    void driversOwnSocketFactory_needsNoGrant_andAnyOtherDoes() {
        Map<String, String> options = new HashMap<>();
        options.put("socketFactory", "com.mysql.cj.protocol.StandardSocketFactory");
        assertThat(MysqlRoute.of(options, TARGET)).isEmpty();
        options.put("socketFactory", "legacy.Other");
        options.put("socksProxyHost", "proxy");
        assertThat(MysqlRoute.of(options, TARGET))
                .containsExactly("socketFactory=legacy.Other", "socksProxyHost=proxy");
    }

    @Test
    void referenceAnywhereButAsUserAndPassword_isRefused() {
        Map<String, String> options = new HashMap<>();
        options.put("user", "lethe:orders-db");
        options.put("password", "lethe:orders-db");
        assertThatCode(() -> MysqlRoute.requireNoOther(options)).doesNotThrowAnyException();
        options.put("password1", "lethe:orders-db");
        assertThatThrownBy(() -> MysqlRoute.requireNoOther(options))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("password1");
    }

    @Test
    void charsetInWhichAReferenceLooksOtherwise_isRefused() throws Refusal {
        Credentials credentials = Credentials.of("orders", "lethe:orders-db");
        assertThat(credentials).isNotNull();
        for (String fine : new String[] {"UTF-8", "Cp1252", "no such charset"}) {
            assertThatCode(() -> MysqlRoute.requirePlain(
                            Collections.singletonMap("passwordCharacterEncoding", fine), credentials))
                    .doesNotThrowAnyException();
        }
        assertThatThrownBy(() -> MysqlRoute.requirePlain(
                        Collections.singletonMap("passwordCharacterEncoding", "UTF-16"), credentials))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("UTF-16");
        assertThatThrownBy(() -> MysqlRoute.requirePlain(
                        Collections.singletonMap("authenticationPlugins", "legacy.Mine"), credentials))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("authenticationPlugins");
    }
}
