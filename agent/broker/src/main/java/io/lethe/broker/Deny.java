package io.lethe.broker;

/**
 * A broker that says no to everything, for an application whose configuration is missing or broken: its references must
 * be refused, never sent.
 *
 * <p>Loaded by the agent loader. Immutable.
 */
public final class Deny implements Broker {

    private final String reason;

    /** @param reason one line for people: what is broken and what to do */
    public Deny(String reason) {
        this.reason = reason;
    }

    @Override
    public Lease acquire(Request request, long deadline) throws BrokerException {
        throw no("no secret for lethe:" + Text.shown(request.secret()) + " on "
                + Text.shown(request.target().toString()) + ": ");
    }

    @Override
    public String currentVersion(String secret) throws BrokerException {
        throw no("");
    }

    @Override
    public boolean names(String secret, String position) throws BrokerException {
        throw no("no secret for lethe:" + Text.shown(secret) + ": ");
    }

    @Override
    public Lease renew(Lease lease, long deadline) throws BrokerException {
        throw no("");
    }

    @Override
    public void revoke(Lease lease) {
        lease.close();
    }

    @Override
    public void close() {}

    private BrokerException no(String what) {
        return new BrokerException(BrokerException.Kind.BROKEN, what + reason);
    }
}
