package io.lethe.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.broker.Request;
import io.lethe.broker.Target;
import io.lethe.broker.Workload;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class H2Test {

    @ParameterizedTest
    @CsvSource({
        "db, orders, h2://db:9092/orders",
        "db:9093, mem:orders, h2://db:9093/mem:orders",
        "[::1], ~/orders, h2://[::1]:9092/~/orders",
        "[::1]:9093, /var/orders, h2://[::1]:9093//var/orders"
    })
    void aServer_isReadAsTheDriverDoes(String server, String database, String target) throws Refusal {
        assertThat(H2Attempts.target(server, database)).hasToString(target);
    }

    @Test
    void aServerWithTheNameOfThisProcess_getsNothing() {
        assertThatThrownBy(() -> H2Attempts.target("Embedded:9092", "x")).hasMessageContaining("in this process");
        assertThatThrownBy(() -> H2Attempts.target("db:x", "x")).hasMessageContaining("not a number");
    }

    @Test
    void aToken_isReadBack_alsoAfterH2MadeCharactersOfIt() {
        byte[] bytes = new H2Token(H2Token.Kind.FILE_KEY, "lethe:a#file", "A USER").bytes();
        byte[] again = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i += 2) {
            again[i + 1] = (byte) ((char) (((bytes[i] & 255) << 16) | (bytes[i + 1] & 255)));
        }
        H2Token token = H2Token.in(again);
        assertThat(token).isNotNull();
        assertThat(token.kind).isEqualTo(H2Token.Kind.FILE_KEY);
        assertThat(token.reference).isEqualTo("lethe:a#file");
        assertThat(token.user).isEqualTo("A USER");
    }

    @Test
    void whatAClientSends_isNoToken() {
        byte[] bytes = new H2Token(H2Token.Kind.USER, "lethe:a", "A").bytes();
        bytes[1] ^= 1;
        assertThat(H2Token.in(bytes)).isNull();
        assertThat(H2Token.in("USER lethe:a A".getBytes(StandardCharsets.UTF_8)))
                .isNull();
        assertThat(H2Token.in(new byte[32])).isNull();
        assertThat(H2Token.in(null)).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "lethe:orders, true",
        "lethe:orders#password, true",
        "lethe:orders%23password, true",
        "lethe:orders-2, false",
        "lethe:order, false",
        "lethe:orders#file, false"
    })
    void aToken_isOfTheSecretAndFieldThatWereAskedFor_andOfNoneThatOnlyBeginsSo(String reference, boolean is) {
        Request request = new Request(
                new Workload("default", Collections.emptyMap(), "self"),
                "orders",
                "password",
                Target.parse("h2://db/orders"),
                "connect",
                "A",
                Collections.emptyList());
        assertThat(new H2Token(H2Token.Kind.USER, reference, "A").isOf(request)).isEqualTo(is);
    }

    @ParameterizedTest
    @CsvSource({
        "jdbc:h2:tcp://db/x, jdbc:h2:tcp://db/x",
        "jdbc:h2:tcp://db/x;PASSWORD=lethe:a, jdbc:h2:tcp://db/x;PASSWORD=",
        "jdbc:h2:tcp://db/x;USER=lethe:a;PASSWORD=lethe:f lethe:a;CIPHER=AES, jdbc:h2:tcp://db/x;USER=;PASSWORD=;CIPHER=AES",
        "lethe:text, lethe:text"
    })
    void theUrlThatIsSent_holdsNoReference(String url, String sent) {
        assertThat(H2Hashes.withoutReferences(url)).isEqualTo(sent);
    }
}
