package io.lethe.broker;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Lets one acquire run for all that ask the same at the same time, each of whom gets a lease of his own, once its decision is
 * written.
 *
 * <p>Loaded by the agent loader. Thread-safe. Whoever asks does not wait here; brokers are asked on agent threads.
 */
final class Flights {

    private final Broker broker;
    private final Recorder recorder;
    private final AgentThreads threads;
    private final long total;

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<List<?>, Flight> flights = new HashMap<>();

    /** @param total how long an acquire may take, its tries together, in nanoseconds */
    Flights(Broker broker, Recorder recorder, AgentThreads threads, long total) {
        this.broker = broker;
        this.recorder = recorder;
        this.threads = threads;
        this.total = total;
    }

    /**
     * Asks for a lease that the taker is given, on an agent thread, once its decision is on disk.
     *
     * @param series only those who ask in the same one share an answer
     */
    void ask(Request request, @Nullable Object series, Taker<Lease> taker) {
        List<?> key = Arrays.asList(series, Leases.question(request));
        lock.lock();
        try {
            Flight flight = flights.get(key);
            if (flight == null) {
                Flight started = new Flight(key, request, System.nanoTime() + total);
                started.takers.add(taker);
                // It cannot land before this lock is released.
                threads.run(() -> fly(started));
                flights.put(key, started);
            } else {
                flight.takers.add(taker);
            }
        } finally {
            lock.unlock();
        }
    }

    private void fly(Flight flight) {
        Lease master = null;
        BrokerException failure = null;
        try {
            master = tries(flight.request, flight.deadline);
        } catch (BrokerException e) {
            failure = e;
        } catch (Throwable t) {
            failure = Leases.internal(t);
        }
        List<Taker<Lease>> takers = land(flight);
        List<Lease> leases = new ArrayList<>();
        boolean onDisk = true;
        try {
            if (master != null) {
                share(flight, master, takers.size(), leases);
            }
            onDisk = recorder.decided(flight.request, leases, failure);
        } catch (BrokerException e) {
            failure = e;
        } catch (Throwable t) {
            failure = Leases.internal(t);
        }
        // Wiped before anybody learns of the failure.
        if (failure != null) {
            for (Lease lease : leases) {
                lease.close();
            }
        }
        if (master != null && (failure != null || leases.isEmpty())) {
            master.close();
        }
        for (int i = 0; i < takers.size(); i++) {
            if (failure != null) {
                takers.get(i).fail(failure.copy());
            } else if (i < leases.size()) {
                give(takers.get(i), leases.get(i), onDisk);
            } else {
                askAgain(flight, takers.get(i));
            }
        }
    }

    private void give(Taker<Lease> taker, Lease lease, boolean onDisk) {
        if (!onDisk) {
            // Before somebody has it, who may use it at once.
            recorder.follow(lease);
        }
        if (!taker.give(lease)) {
            recorder.forget(lease);
            lease.close();
        }
    }

    /** The grant is used up by those before it: another one may cover it, and if none does, that is its answer. */
    private void askAgain(Flight flight, Taker<Lease> taker) {
        try {
            ask(flight.request, flight.key.get(0), taker);
        } catch (IllegalStateException e) {
            taker.fail(new BrokerException(
                    BrokerException.Kind.UNAVAILABLE,
                    "no secret for " + Records.what(flight.request) + ": the agent has shut down",
                    e));
        }
    }

    private Lease tries(Request request, long deadline) throws BrokerException {
        Retry retry = new Retry(deadline);
        while (true) {
            try {
                return broker.acquire(request, retry.deadlineOfTry(Leases.TRY));
            } catch (BrokerException e) {
                if (e.kind() != BrokerException.Kind.UNAVAILABLE || !retry.again()) {
                    throw e;
                }
            }
        }
    }

    /** From here on nobody joins; those who gave up are not counted any more. */
    private List<Taker<Lease>> land(Flight flight) {
        lock.lock();
        try {
            flights.remove(flight.key);
            List<Taker<Lease>> waiting = new ArrayList<>();
            for (Taker<Lease> taker : flight.takers) {
                if (!taker.gone()) {
                    waiting.add(taker);
                }
            }
            return waiting;
        } finally {
            lock.unlock();
        }
    }

    /** One for each, as far as the grant's uses go: a lease for one login is one use; on a warm one each request is. */
    private static void share(Flight flight, Lease master, int count, List<Lease> leases) {
        for (int i = 0; i < count; i++) {
            Lease lease = i == 0 ? master : master.copy(master.id() + "." + (i + 1));
            leases.add(lease);
            if (!flight.isWarm() && !lease.take()) {
                leases.remove(i);
                lease.close();
                return;
            }
        }
    }

    /** One acquire under way, and who waits for it; its list is guarded by {@link #lock}. */
    private static final class Flight {

        final List<?> key;
        final Request request;
        final long deadline;
        final List<Taker<Lease>> takers = new ArrayList<>();

        Flight(List<?> key, Request request, long deadline) {
            this.key = key;
            this.request = request;
            this.deadline = deadline;
        }

        boolean isWarm() {
            return key.get(0) != null;
        }
    }
}
