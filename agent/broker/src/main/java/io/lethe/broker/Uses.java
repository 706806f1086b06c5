package io.lethe.broker;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How often this process has used each grant that allows only so many uses. One use is one attempt of a driver to log in, or
 * one HTTP request with the secret, whether or not it was sent in the end; a login that is not even tried gives its use back.
 * Counted by the grant's id, which no other grant ever has; so leases that are renewed and an index that changes leave the count
 * as it is. Another process begins at zero.
 *
 * <p>Loaded by the agent loader. Thread-safe, without locks.
 */
public final class Uses {

    private final Map<String, AtomicLong> taken = new ConcurrentHashMap<>();

    /** Whether there is one left. */
    boolean left(Grant grant) {
        return grant.uses() == 0 || taken(grant) < grant.uses();
    }

    long taken(Grant grant) {
        AtomicLong count = taken.get(grant.id());
        return count == null ? 0 : count.get();
    }

    /** Takes one; returns which it is, from 1 on, and 0 where none is left. */
    long take(Grant grant) {
        AtomicLong count = taken.computeIfAbsent(grant.id(), id -> new AtomicLong());
        for (long n = count.get(); n < grant.uses(); n = count.get()) {
            if (count.compareAndSet(n, n + 1)) {
                return n + 1;
            }
        }
        return 0;
    }

    /** One that was taken is not needed. */
    void giveBack(Grant grant) {
        AtomicLong count = taken.get(grant.id());
        if (count != null) {
            count.updateAndGet(n -> Math.max(0, n - 1));
        }
    }
}
