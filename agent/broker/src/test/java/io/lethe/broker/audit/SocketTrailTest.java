package io.lethe.broker.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.broker.digest.Sha256;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SocketTrailTest {

    private static final Map<String, Object> EVENT = Map.of("event", "decision");

    @TempDir
    Path dir;

    @Test
    void linesThatWereAcknowledged_areAChain() throws Exception {
        try (Server server = new Server(Answer.HASH);
                Audit audit = Audit.toServer(server.address(), Map.of("name", "default"), false)) {
            audit.durably(List.of(EVENT, EVENT));
            audit.promptly(EVENT);
            audit.durably(List.of(EVENT));
            assertThat(server.lines).hasSize(5);
            Path chain = Files.write(dir.resolve("chain"), server.lines);
            assertThat(AuditVerifier.verify(chain.toFile(), Set.of()).problem()).isNull();
        }
    }

    @Test
    void noAcknowledgement_orAWrongOne_meansNoSecret() throws Exception {
        try (Server server = new Server(Answer.NOTHING);
                Audit audit = Audit.toServer(server.address(), Map.of(), false)) {
            assertThatThrownBy(() -> audit.durably(List.of(EVENT)))
                    .isInstanceOf(AuditException.class)
                    .hasMessage("the audit server " + server.address() + " does not take the trail (no acknowledgement"
                            + " within 2 s); no secret is handed out until it does");
        }
        try (Server server = new Server(Answer.WRONG);
                Audit audit = Audit.toServer(server.address(), Map.of(), false)) {
            assertThatThrownBy(() -> audit.durably(List.of(EVENT)))
                    .hasMessageContaining("it acknowledged another line than was sent");
        }
    }

    @Test
    void serverThatIsGone_meansNoSecret_andOneThatIsBackGoesOn() throws Exception {
        Server first = new Server(Answer.HASH);
        int port = first.socket.getLocalPort();
        try (Audit audit = Audit.toServer(first.address(), Map.of(), false)) {
            audit.durably(List.of(EVENT));
            first.close();
            assertThatThrownBy(() -> audit.durably(List.of(EVENT))).isInstanceOf(AuditException.class);
            try (Server again = new Server(Answer.HASH, port)) {
                audit.durably(List.of(EVENT));
                assertThat(again.lines.get(0))
                        .contains(
                                "\"previous\":{", Sha256.hex(first.lines.get(1).getBytes(UTF_8)));
            }
        }
    }

    @Test
    void connectionThatWasClosed_isMadeAnewOnce() throws Exception {
        try (Server server = new Server(Answer.HASH);
                Audit audit = Audit.toServer(server.address(), Map.of(), false)) {
            audit.durably(List.of(EVENT));
            server.hangUp();
            audit.durably(List.of(EVENT));
            assertThat(server.lines.get(server.lines.size() - 2)).contains("\"event\":\"chain\"");
        }
    }

    @Test
    void heads_goToSyslog() throws Exception {
        try (DatagramSocket syslog = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"))) {
            syslog.setSoTimeout(60_000);
            Path folder = Files.createDirectory(dir.resolve("audit"));
            Heads heads = Heads.to("syslog:127.0.0.1:" + syslog.getLocalPort());
            try (Audit audit = new Audit(folder.toFile(), Map.of(), false, heads, 0)) {
                audit.durably(List.of(EVENT));
            }
            DatagramPacket packet = new DatagramPacket(new byte[2000], 2000);
            syslog.receive(packet);
            Path log = dir.resolve("syslog");
            Files.write(log, Arrays.copyOf(packet.getData(), packet.getLength()));
            assertThat(Files.readString(log)).startsWith("<110>1 20").contains(" lethe - - - lethe-audit-head host=");
            KnownHeads known = new KnownHeads();
            assertThat(known.read(log.toFile(), null)).isEqualTo(1);
            TrailReport report = AuditVerifier.verify(folder.toFile(), known, -1);
            assertThat(report.intact()).isTrue();
            assertThat(report.unanchored()).isZero();
        }
        assertThat(Heads.check("syslog:localhost")).isEqualTo("must be syslog:<host>:<port>");
        assertThat(Heads.check("syslog:localhost:514")).isNull();
    }

    private enum Answer {
        HASH,
        WRONG,
        NOTHING
    }

    /** Takes lines and answers them. */
    private static final class Server implements AutoCloseable {

        final ServerSocket socket;
        final List<String> lines = new CopyOnWriteArrayList<>();
        private final List<Socket> connections = new CopyOnWriteArrayList<>();
        private final Answer answer;

        Server(Answer answer) throws IOException {
            this(answer, 0);
        }

        Server(Answer answer, int port) throws IOException {
            this.answer = answer;
            socket = new ServerSocket();
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress("127.0.0.1", port));
            Thread thread = new Thread(this::accept);
            thread.setDaemon(true);
            thread.start();
        }

        String address() {
            return "127.0.0.1:" + socket.getLocalPort();
        }

        private void accept() {
            try {
                while (true) {
                    Socket connection = socket.accept();
                    connections.add(connection);
                    Thread thread = new Thread(() -> serve(connection));
                    thread.setDaemon(true);
                    thread.start();
                }
            } catch (IOException e) {
                // The test is over.
                return;
            }
        }

        private void serve(Socket connection) {
            try (BufferedReader in = new BufferedReader(new InputStreamReader(connection.getInputStream(), UTF_8))) {
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    lines.add(line);
                    if (answer != Answer.NOTHING) {
                        String hash = Sha256.hex((answer == Answer.WRONG ? "x" : line).getBytes(UTF_8));
                        connection.getOutputStream().write((hash + "\n").getBytes(UTF_8));
                    }
                }
            } catch (IOException e) {
                // It was hung up.
                return;
            }
        }

        void hangUp() throws IOException {
            for (Socket connection : connections) {
                connection.close();
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
            hangUp();
        }
    }
}
