package io.lethe.broker.audit;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Chains that go to a server which acknowledges each line, for machines that have no folder to write: one connection is one
 * chain. What the server has acknowledged is out of this user's reach, so nothing is signed here.
 *
 * <p>Loaded by the agent loader. Guarded by its {@link Audit}.
 */
final class SocketTrails implements Trails {

    private static final int CONNECT = (int) TimeUnit.SECONDS.toMillis(2);

    private final Heads.Address address;
    private @Nullable String previousChain;
    private @Nullable String previousHead;

    private SocketTrails(Heads.Address address) {
        this.address = address;
    }

    /** @throws IllegalArgumentException where that is no host and port */
    static SocketTrails to(String hostAndPort) {
        Heads.Address address = Heads.Address.of(hostAndPort);
        if (address == null) {
            throw new IllegalArgumentException("must be <host>:<port>");
        }
        return new SocketTrails(address);
    }

    @Override
    public void check() throws AuditException {
        try (Socket socket = connected()) {
            socket.shutdownOutput();
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    @Override
    public Chain begin(Map<String, Object> openingEvent) throws IOException {
        Map<String, Object> event = new LinkedHashMap<>(openingEvent);
        String name = ChainFiles.newName(ChainFiles.stamp(System.currentTimeMillis()));
        event.put("chain", name);
        if (previousChain != null && previousHead != null) {
            Map<String, Object> previous = new LinkedHashMap<>();
            previous.put("file", previousChain);
            previous.put("head", previousHead);
            event.put("previous", previous);
        }
        Socket socket = connected();
        Chain chain = null;
        try {
            chain = new Chain(new SocketOutput(name, socket), System::currentTimeMillis);
            chain.sync(chain.append(Collections.singletonList(event)));
            return chain;
        } catch (IOException e) {
            socket.close();
            throw unwritable(e);
        }
    }

    private Socket connected() throws IOException {
        Socket socket = new Socket();
        boolean connected = false;
        try {
            socket.setTcpNoDelay(true);
            socket.setSendBufferSize(2 * SocketOutput.MOST_UNACKNOWLEDGED);
            socket.connect(new InetSocketAddress(address.host, address.port), CONNECT);
            connected = true;
            return socket;
        } finally {
            if (!connected) {
                socket.close();
            }
        }
    }

    @Override
    public void ended(Chain chain) {
        // What was sent after that may never have got there.
        Chain.Mark mark = chain.syncedMark();
        if (mark.line > 0) {
            previousChain = chain.output().name();
            previousHead = mark.head;
        }
    }

    @Override
    public void sign(String chain, Chain.Mark mark) {
        // The server has it.
    }

    @Override
    public void tidy(Chain current) {
        // That is the server's.
    }

    @Override
    public AuditException unwritable(IOException e) {
        if (e instanceof AuditException) {
            return (AuditException) e;
        }
        return new AuditException(
                "the audit server " + address.host + ":" + address.port + " does not take the trail ("
                        + (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage())
                        + "); no secret is handed out until it does",
                e);
    }

    @Override
    public String host() {
        return ChainFiles.hostName();
    }
}
