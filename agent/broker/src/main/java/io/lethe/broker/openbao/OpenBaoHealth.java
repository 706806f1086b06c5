package io.lethe.broker.openbao;

import io.lethe.broker.BrokerException;
import io.lethe.broker.transport.ClearTime;
import io.lethe.broker.transport.ServerAddress;
import java.util.concurrent.TimeUnit;

/**
 * How the server is, as it says itself to whoever asks, without a login.
 *
 * <p>Loaded by the command line's loader. Stateless.
 */
public final class OpenBaoHealth {

    private static final long SECONDS = 5;

    private OpenBaoHealth() {}

    /**
     * One line that begins with the server's URL.
     *
     * @throws BrokerException where it would not answer for a secret now
     */
    public static String look(OpenBaoSettings settings) throws BrokerException {
        ServerAddress server = settings.server;
        int status;
        try (Session session =
                new Session(settings, new ClearTime(), System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS))) {
            status = session.health();
        }
        switch (status) {
            case 200:
                return server + " is there, unsealed and active";
            case 429:
            case 472:
            case 473:
                return server + " is there, unsealed and a standby";
            case 501:
                throw new BrokerException(BrokerException.Kind.UNAVAILABLE, server + " is not initialized");
            case 503:
                throw new BrokerException(BrokerException.Kind.UNAVAILABLE, server + " is sealed");
            default:
                throw Session.status(settings, status);
        }
    }
}
