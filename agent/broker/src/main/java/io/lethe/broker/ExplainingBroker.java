package io.lethe.broker;

/** A broker whose grants are at hand, so that it can decide without issuing anything. As {@link Broker} in all else. */
public interface ExplainingBroker extends Broker {

    /** What an acquire would decide now, and how each grant on the secret stands to it. */
    Explanation explain(Request request) throws BrokerException;
}
