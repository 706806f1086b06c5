package io.lethe.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.secret.Sealed;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WireTest {

    private static final String SECRET = "s3cr3t-token-0123456789";
    private static final String HEAD = "GET / HTTP/1.1\r\nAuthorization: Bearer ";

    private final Wire wire = new Wire(new Object());

    @Test
    void markerInItsPlace_becomesTheSecret_once() throws SSLException {
        String marker = armed();

        assertThat(sent(HEAD + marker + "\r\n\r\n")).isEqualTo(HEAD + SECRET + "\r\n\r\n");
        assertThat(sent(HEAD + marker + "\r\n\r\n")).isEqualTo(HEAD + marker + "\r\n\r\n");
        assertThat(wire.idle()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 16, 37, 40, 45, 60})
    void cutAnywhere_intoRecordsOfAnySize(int size) throws SSLException {
        String stream = HEAD + armed() + "\r\nAccept: */*\r\n\r\n";

        StringBuilder out = new StringBuilder();
        for (int at = 0; at < stream.length(); at += size) {
            out.append(sent(stream.substring(at, Math.min(stream.length(), at + size))));
        }

        assertThat(out.toString()).isEqualTo(HEAD + SECRET + "\r\nAccept: */*\r\n\r\n");
    }

    @Test
    void twoMarkersInOneRecord_eachItsOwn() throws SSLException {
        String first = armed(Before.line("Authorization", "Bearer "), SECRET);
        String second = armed(Before.line("X-Api-Key", ""), "another-secret");

        assertThat(sent(HEAD + first + "\r\nX-Api-Key: " + second + "\r\n\r\n"))
                .isEqualTo(HEAD + SECRET + "\r\nX-Api-Key: another-secret\r\n\r\n");
    }

    @Test
    void movedElsewhere_isRefused_andNothingIsChanged() throws SSLException {
        String marker = armed();
        ByteBuffer record = record("GET / HTTP/1.1\r\nX-Echo: " + marker + "\r\n\r\n");

        assertThatThrownBy(() -> wire.plan(record, 0, record.limit()))
                .isInstanceOf(SSLException.class)
                .hasMessageContaining("moved out of its place");
        assertThat(text(record)).contains(marker);
    }

    @Test
    void inTheBodyBehindItsOwnHeader_isRefused() throws SSLException {
        String marker = armed();
        ByteBuffer record = record(HEAD + marker + "\r\n\r\nAuthorization: Bearer " + marker);

        assertThatThrownBy(() -> wire.plan(record, 0, record.limit())).isInstanceOf(SSLException.class);
    }

    @Test
    void tooOld_isRefused() throws SSLException {
        byte[] text = Marker.random(SECRET.length());
        Sealed secret = sealed(SECRET);
        wire.arm(new Marker(
                text, Before.line("Authorization", "Bearer "), Filling.plain(secret), null, System.nanoTime() - 1));
        ByteBuffer record = record(HEAD + new String(text, StandardCharsets.US_ASCII) + "\r\n\r\n");

        assertThatThrownBy(() -> wire.plan(record, 0, record.limit()))
                .isInstanceOf(SSLException.class)
                .hasMessageContaining("too late");
    }

    @Test
    void cutAndNotGoingOn_isRefused() throws SSLException {
        String marker = armed();
        sent(HEAD + marker.substring(0, 10));
        ByteBuffer record = record("something else");

        assertThatThrownBy(() -> wire.plan(record, 0, record.limit()))
                .isInstanceOf(SSLException.class)
                .hasMessageContaining("did not go on");
    }

    @Test
    void interrupted_isRefused_andNothingIsChanged() throws SSLException {
        String marker = armed();
        ByteBuffer record = record(HEAD + marker.substring(0, 12) + "frame" + marker.substring(12) + "\r\n\r\n");

        assertThatThrownBy(() -> wire.plan(record, 0, record.limit()))
                .isInstanceOf(SSLException.class)
                .hasMessageContaining("into the midst");
        assertThat(text(record)).contains(marker.substring(0, 12));
    }

    @Test
    void whatWasSentBeforeNothingWasArmed_isNotWhatStandsBeforeAMarker() throws SSLException {
        sent(HEAD + armed() + HEAD);
        String marker = armed();
        ByteBuffer record = record(marker);

        assertThatThrownBy(() -> wire.plan(record, 0, record.limit()))
                .isInstanceOf(SSLException.class)
                .hasMessageContaining("moved out of its place");
    }

    @Test
    void guessesOfTheBeginning_areText() throws SSLException {
        armed();
        String guess = HEAD + "~~~~!!!!\r\n\r\n";

        assertThat(sent(guess)).isEqualTo(guess);
    }

    @Test
    void anothersConnection_knowsNothingOfIt() throws SSLException {
        String marker = armed();
        ByteBuffer record = record(HEAD + marker + "\r\n\r\n");

        assertThat(new Wire(new Object()).plan(record, 0, record.limit())).isEmpty();
    }

    @Test
    void bounded() throws SSLException {
        for (int i = 0; i < Wire.MOST; i++) {
            armed();
        }

        assertThatThrownBy(this::armed).isInstanceOf(SSLException.class).hasMessageContaining("wait to be sent");
        wire.dropAll();
        assertThat(wire.idle()).isTrue();
    }

    @Test
    void http2_onlyWhereNoTableKeepsIt() throws SSLException {
        String marker = armed(Before.neverIndexed("x-api-key", "", SECRET.length()), SECRET);
        String name = "\u0010\u0009x-api-key";

        assertThat(sent("\u0082" + name + (char) SECRET.length() + marker))
                .isEqualTo("\u0082" + name + (char) SECRET.length() + SECRET);
    }

    @Test
    void http2_staticName_neverIndexed() throws SSLException {
        int length = "Bearer ".length() + SECRET.length();
        String marker = armed(Before.neverIndexed("authorization", "Bearer ", length), SECRET);

        assertThat(sent("\u001f\u0008" + (char) length + "Bearer " + marker))
                .isEqualTo("\u001f\u0008" + (char) length + "Bearer " + SECRET);
    }

    @Test
    void http2_indexed_isRefused() throws SSLException {
        String marker = armed(Before.neverIndexed("x-api-key", "", SECRET.length()), SECRET);
        ByteBuffer record = record("\u0040\u0009x-api-key" + (char) SECRET.length() + marker);

        assertThatThrownBy(() -> wire.plan(record, 0, record.limit())).isInstanceOf(SSLException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 20, 37, 38, 45, 59, 60, 64})
    void writeOfWhichAPartIsTaken_goesOnWhereItStopped(int taken) throws SSLException {
        String stream = HEAD + armed() + "\r\n\r\n";
        StringBuilder out = new StringBuilder();

        for (int at = 0, n = taken; at < stream.length(); at += n, n = stream.length() - at) {
            ByteBuffer marked = record(stream.substring(at));
            ByteBuffer copy = ByteBuffer.allocateDirect(marked.limit());
            copy.put(marked.duplicate()).flip();
            List<Wire.Swap> swaps = wire.look(marked, 0, marked.limit());
            swaps.forEach(swap -> swap.into(copy));
            for (int i = 0; i < n; i++) {
                out.append((char) copy.get(i));
            }
            wire.sent(marked, 0, n);
        }

        assertThat(out.toString()).isEqualTo(HEAD + SECRET + "\r\n\r\n");
        assertThat(wire.idle()).isTrue();
    }

    @Test
    void betweenLookAndSent_nothingExpires() throws SSLException {
        ByteBuffer record = record(HEAD + armed() + "\r\n\r\n");
        wire.look(record, 0, record.limit());

        wire.drop(System.nanoTime() + TimeUnit.HOURS.toNanos(2));
        assertThat(wire.idle()).isFalse();
        assertThat(wire.sent(record, 0, record.limit())).hasSize(1);
    }

    private String armed() throws SSLException {
        return armed(Before.line("Authorization", "Bearer "), SECRET);
    }

    private String armed(Before before, String secret) throws SSLException {
        byte[] text = Marker.random(secret.length());
        long expiry = System.nanoTime() + TimeUnit.HOURS.toNanos(1);
        wire.arm(new Marker(text, before, Filling.plain(sealed(secret)), null, expiry));
        return new String(text, StandardCharsets.US_ASCII);
    }

    private String sent(String plain) throws SSLException {
        ByteBuffer record = record(plain);
        List<Wire.Swap> swaps = wire.plan(record, 0, record.limit());
        swaps.forEach(swap -> swap.into(record));
        return text(record);
    }

    private static Sealed sealed(String secret) {
        byte[] bytes = secret.getBytes(StandardCharsets.US_ASCII);
        return Sealed.of(bytes, 0, bytes.length);
    }

    private static ByteBuffer record(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String text(ByteBuffer record) {
        return new String(record.array(), StandardCharsets.ISO_8859_1);
    }
}
