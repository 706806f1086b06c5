package io.lethe.broker;

import io.lethe.broker.audit.Audit;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The gate that all acquires of the JVM pass: it moves them to agent threads, lets one run for all that ask the same at
 * the same time, and writes the decision to disk before anybody gets a lease.
 *
 * <p>Loaded by the agent loader; to be made before the application runs (see {@link AgentThreads}). Called by
 * application threads, platform or virtual, which only wait: uninterruptibly, their interrupt flag kept, at most {@link
 * #TOTAL}. What fails is a {@link BrokerException}; a broken audit trail means no lease.
 */
public final class Leases implements AutoCloseable {

    static final long TOTAL = TimeUnit.SECONDS.toNanos(5);
    static final long TRY = TimeUnit.SECONDS.toNanos(2);
    private static final int THREADS = 4;

    private final Broker broker;
    private final Recorder recorder;
    private final Workload workload;
    private final long total;
    private final AgentThreads threads = new AgentThreads("lethe-broker", THREADS);
    /** What asks nobody goes on here, though a decision point that hangs holds all of the others. */
    private final AgentThreads looks = new AgentThreads("lethe-look", 1);

    /** What lets go of connections waits for an application's pool. */
    private final AgentThreads watching = new AgentThreads("lethe-retire", 1);

    private final Flights flights;
    private final Names names = new Names(this);
    private final Set<String> asksForCaller = ConcurrentHashMap.newKeySet();

    public Leases(Broker broker, Audit audit, Workload workload) {
        this(broker, audit, workload, TOTAL);
    }

    Leases(Broker broker, @Nullable Audit audit, Workload workload, long total) {
        this(broker, audit, workload, total, new Emergency());
    }

    Leases(Broker broker, @Nullable Audit audit, Workload workload, long total, Emergency emergency) {
        this.broker = broker;
        this.recorder = new Recorder(broker, audit, emergency);
        this.workload = workload;
        this.total = total;
        this.flights = new Flights(broker, recorder, threads, total);
    }

    /** The gate of an application whose configuration is missing or broken: always no, and nowhere to write it down. */
    public static Leases denyAll(String reason, Workload workload) {
        return new Leases(new Deny(reason), null, workload, TOTAL);
    }

    /** Who asks: to be put into requests. */
    public Workload workload() {
        return workload;
    }

    /** Runs something on an agent thread, which has nothing of the application's that calls. */
    public void background(Runnable work) {
        threads.run(work);
    }

    /** Decides, records, and hands out a lease that the caller closes. */
    public Lease acquire(Request request) throws BrokerException {
        return acquire(request, total);
    }

    /**
     * As {@link #acquire(Request)}, but waits at most this long. What was asked goes on behind and is recorded where somebody
     * else still waits for it.
     */
    public Lease acquire(Request request, long waitNanos) throws BrokerException {
        long wait = Math.max(0, Math.min(waitNanos, total));
        long deadline = System.nanoTime() + wait;
        Request asked = withCaller(request);
        try {
            return await(asked, deadline, wait);
        } catch (BrokerException e) {
            if (!needsCaller(asked, e)) {
                throw e;
            }
            return await(withCaller(asked), deadline, wait);
        }
    }

    private Lease await(Request request, long deadline, long wait) throws BrokerException {
        Answer<Lease> answer = new Answer<>();
        ask(request, null, answer);
        Lease lease = answer.await(deadline);
        if (lease == null) {
            throw late(wait, Records.what(request));
        }
        return lease;
    }

    /**
     * With the code that calls on this thread, where a grant on the secret has asked for it before. The first request of a JVM
     * is asked twice for that, and those on other secrets are never looked into.
     */
    Request withCaller(Request request) {
        return request.caller() == null && asksForCaller.contains(request.secret())
                ? request.by(CallerProbe.here())
                : request;
    }

    /** Whether the answer was that a grant asks which code calls; {@link #withCaller} says it from now on. */
    boolean needsCaller(Request request, BrokerException answer) {
        boolean needs = request.caller() == null && isForCaller(answer);
        if (needs) {
            asksForCaller.add(request.secret());
        }
        return needs;
    }

    static boolean isForCaller(BrokerException answer) {
        Decision decision = answer.decision();
        return decision != null && decision.needsCaller();
    }

    /**
     * Asks for a lease that the taker is given, on an agent thread, once its decision is on disk.
     *
     * @param series only those who ask in the same one share an answer
     */
    void ask(Request request, @Nullable Object series, Taker<Lease> taker) {
        flights.ask(request, series, taker);
    }

    /** How a broker that did not answer in time is called. */
    static BrokerException late(long waitNanos, String what) {
        return new BrokerException(
                BrokerException.Kind.UNAVAILABLE,
                "the broker did not answer within " + TimeUnit.NANOSECONDS.toMillis(waitNanos) + " ms for " + what
                        + "; try again, and see whether its storage or server hangs");
    }

    /**
     * Whether any grant on the secret names this position of HTTP requests; a reference in a position that no grant names stays
     * text. Known for a second, so that most calls do not wait.
     *
     * @throws BrokerException where that cannot be found out in time, or everything is denied
     */
    public boolean names(String secret, String position, long waitNanos) throws BrokerException {
        return names.ask(secret, position, Math.max(0, Math.min(waitNanos, total)));
    }

    /** What an agent thread does soon, whoever hangs: a look at files that asks nobody else and writes nothing. */
    void look(Runnable task) {
        looks.run(task);
    }

    /** Differs once grants or secrets have changed, or the trail is not the one that the leases' decisions are written to. */
    Object stamp() throws BrokerException {
        return Arrays.asList(broker.stamp(), recorder.stamp());
    }

    Broker broker() {
        return broker;
    }

    long total() {
        return total;
    }

    /** The version that an acquire would issue now. */
    public String currentVersion(String secret) throws BrokerException {
        long deadline = System.nanoTime() + Math.min(total, TRY);
        Answer<String> answer = new Answer<>();
        looks.run(() -> {
            try {
                answer.give(broker.currentVersion(secret));
            } catch (BrokerException e) {
                answer.fail(e);
            } catch (Throwable t) {
                answer.fail(internal(t));
            }
        });
        String version = answer.await(deadline);
        if (version == null) {
            throw new BrokerException(
                    BrokerException.Kind.UNAVAILABLE,
                    "the broker did not answer in time for the version of lethe:" + Text.shown(secret));
        }
        return version;
    }

    /**
     * The secret was used and is overwritten.
     *
     * @param arrays how many arrays were overwritten
     * @param collections how many collections ran while the secret or its derivations were in the clear
     */
    public void released(
            Lease lease, Request request, long windowNanos, long derivedNanos, int arrays, int collections) {
        recorder.use(Records.release(lease, request, windowNanos, derivedNanos, arrays, collections));
    }

    /**
     * The server answered the login.
     *
     * @param sqlState what its answer became; null where it let the user in
     */
    public void outcome(Lease lease, Request request, @Nullable String sqlState) {
        recorder.use(Records.outcome(lease, request, sqlState));
    }

    /** The server answered an HTTP request with this status. */
    public void answered(Lease lease, Request request, int status) {
        if (status >= 100 && status < 600) {
            recorder.use(Records.answered(lease, request, status));
        }
    }

    /** Nothing was tried with the lease: its use is given back. The caller closes it. */
    public void unused(Lease lease, Request request) {
        lease.giveBack();
        closed(lease, request);
    }

    /** The lease's holder is done with it. */
    public void closed(Lease lease, Request request) {
        recorder.use(Records.close(lease, request));
    }

    /**
     * The connection that was opened with the lease is closed, because the lease does not hold any more.
     *
     * @param why in one word: {@code rotated}, {@code revoked}, {@code narrowed} or {@code expired}
     */
    public void retired(Lease lease, Request request, String why) {
        recorder.use(Records.close(lease, request, why));
    }

    /** Runs something that goes on for long, or waits for the application, on the one agent thread for that. */
    public void watch(Runnable work) {
        watching.run(work);
    }

    /**
     * Differs once grants or secrets have changed; null where the broker can say that of its grants only, which are read again then.
     * Agent threads only.
     *
     * @throws BrokerException where that cannot be found out now
     */
    public @Nullable Object changes() throws BrokerException {
        return broker.changes();
    }

    @Override
    public void close() {
        watching.close();
        threads.close();
        looks.close();
        broker.close();
        recorder.close();
    }

    /**
     * The override that lets something pass for this request, which is said aloud and recorded.
     *
     * @param obstacle what would stop it, in one line
     * @return null where none does
     */
    public @Nullable BreakGlass breakGlass(Request request, String obstacle) throws BrokerException {
        // Not among the looks: what it says and records may have to wait for whoever takes it.
        List<BreakGlass> found = await(threads, () -> {
            BreakGlass override = recorder.breakGlass(request, obstacle);
            return override == null ? Collections.<BreakGlass>emptyList() : Collections.singletonList(override);
        });
        return found.isEmpty() ? null : found.get(0);
    }

    /** Whether any override on the secret holds now, whatever it is for. */
    public boolean mayBreakGlass(String secret) throws BrokerException {
        return await(looks, () -> !broker.breakGlass(secret).isEmpty());
    }

    private <T> T await(AgentThreads on, Asked<T> asked) throws BrokerException {
        long wait = Math.min(total, TRY);
        Answer<T> answer = new Answer<>();
        long deadline = System.nanoTime() + wait;
        on.run(() -> {
            try {
                answer.give(asked.ask());
            } catch (BrokerException e) {
                answer.fail(e);
            } catch (Throwable t) {
                answer.fail(internal(t));
            }
        });
        T given = answer.await(deadline);
        if (given == null) {
            throw late(wait, "an override");
        }
        return given;
    }

    /** What is asked on an agent thread. */
    private interface Asked<T> {
        T ask() throws BrokerException;
    }

    /** Equal for two requests that ask the same. */
    static List<?> question(Request r) {
        return Arrays.asList(
                r.caller(),
                r.workload(),
                r.secret(),
                r.field(),
                r.target().toString(),
                r.action(),
                r.user(),
                r.method(),
                r.position(),
                r.via());
    }

    static BrokerException internal(Throwable t) {
        // Only the type: the message of an unforeseen failure may hold anything.
        return new BrokerException(
                BrokerException.Kind.BROKEN,
                "the broker failed with " + t.getClass().getName() + "; please report it");
    }
}
