package io.lethe.http;

import io.lethe.broker.WireSink;
import io.lethe.weave.ClassPlan;
import io.lethe.weave.Recognition;
import io.lethe.weave.Sites;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * All that Lethe weaves for HTTP: the clients that it knows, from their loading on, and JSSE, from the first reference on.
 *
 * <p>Loaded by the agent loader, when the first class that matches is loaded. Thread-safe.
 */
public final class Http {

    private static final List<HttpStack> STACKS = Arrays.<HttpStack>asList(
            new UrlConnection(),
            new HashedLogins(),
            new JavaNetHttp(),
            new JavaNetHttp3(),
            new Apache4(),
            new Apache5(),
            new Commons3(),
            new Axis1(),
            new OkHttp(),
            new Netty(),
            new NettyHttp2(),
            new GrpcOkHttp(),
            new Jetty());

    private final Sites sites;
    private final Supplier<? extends HttpAccess> access;
    private final Recognition recognition;
    private final Wires wires = new Wires();
    private final Releases releases;
    private final Records records;
    private final NeverIndexed neverIndexed = new NeverIndexed();
    private final Tls tls;
    private final PlainSink sink;
    private final Plain plain;
    private final Tunnels tunnels;

    /**
     * @param sites where the handlers are registered
     * @param access called when the first reference is seen, and then at each use; must be cheap after the first time
     * @param recognition asked before the first marker is armed
     */
    public Http(Sites sites, Supplier<? extends HttpAccess> access, Recognition recognition) {
        this.sites = sites;
        this.access = access;
        this.recognition = recognition;
        this.releases = new Releases(new Peers(), access);
        this.records = new Records(wires, releases);
        this.tls = new Tls(this);
        this.sink = new PlainSink(wires, releases);
        this.plain = new Plain(this);
        this.tunnels = new Tunnels(new Members(recognition));
    }

    /** The plans of all stacks, and those of JSSE and of sockets, whose classes pass the gate until a reference is seen. */
    public List<ClassPlan> plans() {
        List<ClassPlan> plans = new ArrayList<>();
        for (HttpStack stack : STACKS) {
            plans.addAll(stack.plans(this));
        }
        plans.addAll(Jsse.plans(sites, records));
        plans.addAll(PlainSockets.plans(sites, sink));
        return plans;
    }

    /** The swap for what sends passwords in clear text over TLS and is no HTTP. */
    public WireSink clearPasswords() {
        return new ClearPasswords(this);
    }

    Sites sites() {
        return sites;
    }

    HttpAccess access() {
        return access.get();
    }

    Recognition recognition() {
        return recognition;
    }

    Wires wires() {
        return wires;
    }

    Releases releases() {
        return releases;
    }

    Records swap() {
        return records;
    }

    /** Values that HPACK encoders must not index. */
    NeverIndexed neverIndexed() {
        return neverIndexed;
    }

    Tls tls() {
        return tls;
    }

    /**
     * How long an event loop may wait for a request that goes there. The first reference of a JVM waits as an application thread
     * does: a request that fails at each start would be worse than one pause.
     */
    long hasty(Destination where) {
        return where.tls != null ? tls.hasty() : plain.hasty();
    }

    Plain plain() {
        return plain;
    }

    Tunnels tunnels() {
        return tunnels;
    }

    PlainSink sink() {
        return sink;
    }

    /** On an agent thread: an application's own would lend it rights, class loader and thread-locals. */
    void background(Runnable work) {
        access().leases().background(work);
    }
}
