package io.lethe.runtime;

import io.lethe.broker.Broker;
import io.lethe.broker.BrokerException;
import io.lethe.broker.ExplainingBroker;
import io.lethe.broker.Explanation;
import io.lethe.broker.Lease;
import io.lethe.broker.Request;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code mode: observe}: decides, says what it decided, and issues nothing.
 *
 * <p>Loaded by the agent loader. Thread-safe.
 */
final class Observing implements Broker {

    private final ExplainingBroker broker;

    Observing(ExplainingBroker broker) {
        this.broker = broker;
    }

    @Override
    public Lease acquire(Request request, long deadline) throws BrokerException {
        Explanation explanation = broker.explain(request);
        String line = "mode: observe, nothing is resolved; a grant would decide: "
                + explanation.decision().reason();
        System.err.println("lethe: lethe:" + request.secret() + " for " + request.target() + ": " + line);
        throw new BrokerException(BrokerException.Kind.DENIED, line);
    }

    @Override
    public String currentVersion(String secret) throws BrokerException {
        return broker.currentVersion(secret);
    }

    @Override
    public boolean names(String secret, String position) throws BrokerException {
        return broker.names(secret, position);
    }

    @Override
    public @Nullable Object stamp() throws BrokerException {
        return broker.stamp();
    }

    @Override
    public Set<String> marks() {
        return broker.marks();
    }

    @Override
    public Lease renew(Lease lease, long deadline) throws BrokerException {
        return broker.renew(lease, deadline);
    }

    @Override
    public void revoke(Lease lease) throws BrokerException {
        broker.revoke(lease);
    }

    @Override
    public void close() {
        broker.close();
    }
}
