package io.lethe.broker.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerReaderTest {

    private static final int MOST = 64;
    private static final String HEAD = "HTTP/1.1 200 OK\r\n";
    private static final String CHUNKED = HEAD + "Transfer-Encoding: chunked\r\n\r\n";

    private final OffHeap body = new OffHeap(MOST);

    @Test
    void contentLength_saysHowMuchIsRead() throws IOException {
        Bytes in = new Bytes(HEAD + "content-LENGTH:  5 \r\nX: y\r\n\r\nhelloHTTP");
        assertThat(AnswerReader.read(in, body).status).isEqualTo(200);
        assertThat(text()).isEqualTo("hello");
        assertThat(in.read()).isEqualTo('H');
    }

    @Test
    void chunks_arePutTogether() throws IOException {
        Bytes in = new Bytes(CHUNKED + "5;a=b\r\nhello\r\n0A\r\n, world 01\r\n0\r\nTrailer: x\r\n\r\nN");
        AnswerReader.read(in, body);
        assertThat(text()).isEqualTo("hello, world 01");
        assertThat(in.read()).isEqualTo('N');
    }

    @Test
    void interimAnswers_arePassedOver() throws IOException {
        String interim = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n";
        Answer answer = AnswerReader.read(new Bytes(interim + "HTTP/1.1 403 \r\nContent-Length: 0\r\n\r\n"), body);
        assertThat(answer.status).isEqualTo(403);
    }

    @Test
    void noContent_needsNoLength() throws IOException {
        Answer answer = AnswerReader.read(new Bytes("HTTP/1.1 204 No Content\r\nConnection: Close\r\n\r\n"), body);
        assertThat(answer.status).isEqualTo(204);
        assertThat(answer.closing).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HTTP/2 200\r\n\r\n",
                "SSH-2.0-OpenSSH\r\n",
                "HTTP/1.1 2x0 OK\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 099 OK\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 101 Switching\r\n\r\n",
                HEAD + "\r\nuntil the end",
                HEAD + "Content-Length: 5\r\n\r\nhell",
                HEAD + "Content-Length: -5\r\n\r\nhello",
                HEAD + "Content-Length: 5, 5\r\n\r\nhello",
                HEAD + "Content-Length: 5\r\nContent-Length: 4\r\n\r\nhello",
                HEAD + "Content-Length: 99999999999999999999\r\n\r\nhello",
                HEAD + "Content-Length: 65\r\n\r\n12345678901234567890123456789012345678901234567890123456789012345",
                HEAD + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                HEAD + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                HEAD + "Content-Encoding: gzip\r\nContent-Length: 1\r\n\r\n1",
                HEAD + "Content-Length : 5\r\n\r\nhello",
                HEAD + " folded: 1\r\nContent-Length: 5\r\n\r\nhello",
                HEAD + "Content-Length: 5\n\nhello",
                CHUNKED + "\r\n",
                CHUNKED + "-1\r\nx",
                CHUNKED + "100000000000\r\nx",
                CHUNKED + "1\r\nxy\r\n0\r\n\r\n",
                CHUNKED + "1\r\nx\r\n",
                CHUNKED + "g\r\nx\r\n0\r\n\r\n"
            })
    void whatIsNoAnswer_isRefused(String text) {
        assertThatThrownBy(() -> AnswerReader.read(new Bytes(text), body)).isInstanceOf(IOException.class);
    }

    @Test
    void headWithoutAnEnd_isRefused() {
        StringBuilder many = new StringBuilder(HEAD);
        for (int i = 0; i < 1000; i++) {
            many.append("A: b\r\n");
        }
        assertThatThrownBy(() -> AnswerReader.read(new Bytes(many.toString()), body))
                .hasMessageContaining("too many headers");
        String line = HEAD + "A: " + new String(new char[10_000]).replace('\0', 'x') + "\r\n\r\n";
        assertThatThrownBy(() -> AnswerReader.read(new Bytes(line), body)).hasMessageContaining("does not end");
    }

    /** Whatever comes, it is an answer or an IOException; never more than there is room for, and nothing is waited for. */
    @Test
    void changedAndCutAnswers_endInOneOfTwoWays() {
        Random random = new Random(4711);
        String[] seeds = {
            HEAD + "Content-Length: 5\r\nConnection: close\r\n\r\nhello",
            CHUNKED + "5\r\nhello\r\n3\r\nabc\r\n0\r\nA: b\r\n\r\n",
            "HTTP/1.1 100 Continue\r\n\r\n" + HEAD + "Content-Length: 2\r\n\r\n{}"
        };
        int read = 0;
        for (int i = 0; i < 200_000; i++) {
            byte[] bytes = seeds[random.nextInt(seeds.length)].getBytes(StandardCharsets.ISO_8859_1);
            for (int k = random.nextInt(4); k > 0; k--) {
                bytes[random.nextInt(bytes.length)] =
                        (byte) (random.nextBoolean() ? random.nextInt(256) : "\r\n:;0 9aF".charAt(random.nextInt(9)));
            }
            byte[] cut = java.util.Arrays.copyOf(
                    bytes, random.nextInt(8) == 0 ? random.nextInt(bytes.length) : bytes.length);
            body.clear();
            try {
                Answer answer = AnswerReader.read(new Bytes(cut), body);
                assertThat(answer.status).isBetween(100, 599);
                read++;
            } catch (IOException e) {
                assertThat(e.getMessage()).doesNotContain("hello");
            }
            assertThat(body.length()).isLessThanOrEqualTo(MOST);
        }
        assertThat(read).isBetween(10_000, 190_000);
    }

    private String text() {
        byte[] text = new byte[body.length()];
        for (int i = 0; i < text.length; i++) {
            text[i] = body.byteAt(i);
        }
        return new String(text, StandardCharsets.ISO_8859_1);
    }

    private static final class Bytes implements ByteInput {

        private final byte[] bytes;
        private int at;

        Bytes(String text) {
            this(text.getBytes(StandardCharsets.ISO_8859_1));
        }

        Bytes(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public int read() {
            return at == bytes.length ? -1 : bytes[at++] & 0xff;
        }
    }
}
