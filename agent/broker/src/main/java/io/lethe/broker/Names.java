package io.lethe.broker;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Remembers for a second which positions the grants on a secret name, since that is asked for each reference in each
 * request.
 *
 * <p>Loaded by the agent loader. Thread-safe; the broker is asked on agent threads.
 */
final class Names {

    private static final long VALID = TimeUnit.SECONDS.toNanos(1);
    /** An end user may type as many names as he likes; of those few are worth remembering. */
    private static final int MAX_KNOWN = 1024;

    private final Leases leases;
    private final Map<List<String>, Known> known = new ConcurrentHashMap<>();

    Names(Leases leases) {
        this.leases = leases;
    }

    boolean ask(String secret, String position, long wait) throws BrokerException {
        List<String> key = Arrays.asList(secret, position);
        Known before = known.get(key);
        long now = System.nanoTime();
        if (before != null && now - before.askedAt < VALID) {
            return before.named;
        }
        Answer<Boolean> answer = new Answer<>();
        leases.look(() -> {
            try {
                boolean named = leases.broker().names(secret, position);
                if (known.size() >= MAX_KNOWN) {
                    known.clear();
                }
                known.put(key, new Known(named, now));
                answer.give(named);
            } catch (BrokerException e) {
                answer.fail(e);
            } catch (Throwable t) {
                answer.fail(Leases.internal(t));
            }
        });
        Boolean named = answer.await(now + wait);
        if (named == null) {
            throw Leases.late(wait, "the grants on lethe:" + Text.shown(secret));
        }
        return named;
    }

    private static final class Known {

        final boolean named;
        final long askedAt;

        Known(boolean named, long askedAt) {
            this.named = named;
            this.askedAt = askedAt;
        }
    }
}
