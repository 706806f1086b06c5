package io.lethe.broker;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a wrong or rotated password from locking the account: after a refused login the next attempt with the same
 * secret version waits 1 s, then 2, up to 60; then one attempt is let through. A new version at the broker ends the
 * wait.
 *
 * <p>Loaded by the agent loader. Thread-safe. Attempts that were under way together count as one step.
 */
public final class Circuit {

    private static final long FIRST = TimeUnit.SECONDS.toNanos(1);
    private static final long LAST = TimeUnit.SECONDS.toNanos(60);
    private static final int MAX_ENTRIES = 4096;

    private final LongSupplier clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<List<?>, State> states = new LinkedHashMap<List<?>, State>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<List<?>, State> eldest) {
            return size() > MAX_ENTRIES;
        }
    };

    /** @param nanoClock {@link System#nanoTime()} but in tests */
    public Circuit(LongSupplier nanoClock) {
        this.clock = nanoClock;
    }

    /**
     * Before a login is tried.
     *
     * @param version the secret's version at the broker now
     * @throws BrokerException UNAVAILABLE, while an attempt would only be refused again
     */
    public Attempt enter(Target target, String secret, @Nullable String user, String version) throws BrokerException {
        List<?> key = Arrays.asList(target.toString(), secret, user);
        lock.lock();
        try {
            State state = states.get(key);
            if (state != null && !state.version.equals(version)) {
                states.remove(key);
                state = null;
            }
            if (state == null) {
                return new Attempt(key, version, 0);
            }
            long left = state.nextAt - clock.getAsLong();
            if (left > 0) {
                throw new BrokerException(BrokerException.Kind.UNAVAILABLE, message(target, secret, user, state, left));
            }
            // This attempt is the one let through; the next has to wait again, even if its outcome is never told.
            state.nextAt = clock.getAsLong() + state.pause;
            return new Attempt(key, version, state.step);
        } finally {
            lock.unlock();
        }
    }

    private static String message(Target target, String secret, @Nullable String user, State state, long left) {
        long seconds = Math.max(1, (left + TimeUnit.SECONDS.toNanos(1) - 1) / TimeUnit.SECONDS.toNanos(1));
        return Text.shown(target.toString()) + " refused lethe:" + Text.shown(secret)
                + (user == null ? "" : " for user " + Text.shown(user)) + " " + state.failures
                + (state.failures == 1 ? " time" : " times") + ", so it is not tried again for " + seconds
                + " s, to keep the account from being locked; a new version of the secret ends the wait";
    }

    private void refused(Attempt attempt) {
        lock.lock();
        try {
            State state = states.get(attempt.key);
            if (state == null || !state.version.equals(attempt.version)) {
                state = new State(attempt.version);
                states.put(attempt.key, state);
            }
            state.failures++;
            if (attempt.step == state.step) {
                state.pause = state.step == 0 ? FIRST : Math.min(LAST, state.pause * 2);
                state.nextAt = clock.getAsLong() + state.pause;
                state.step++;
            }
        } finally {
            lock.unlock();
        }
    }

    private void succeeded(Attempt attempt) {
        lock.lock();
        try {
            State state = states.get(attempt.key);
            if (state != null && state.version.equals(attempt.version)) {
                states.remove(attempt.key);
            }
        } finally {
            lock.unlock();
        }
    }

    /** One login under way. Telling neither outcome is allowed: the server said nothing about the password then. */
    public final class Attempt {

        private final List<?> key;
        private final String version;
        private final int step;

        private Attempt(List<?> key, String version, int step) {
            this.key = key;
            this.version = version;
            this.step = step;
        }

        /** The server refused the user or the password. */
        public void refused() {
            Circuit.this.refused(this);
        }

        /** The server let the user in. */
        public void succeeded() {
            Circuit.this.succeeded(this);
        }
    }

    private static final class State {

        final String version;
        int failures;
        int step;
        long pause;
        long nextAt;

        State(String version) {
            this.version = version;
        }
    }
}
