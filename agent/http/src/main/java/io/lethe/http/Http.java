package io.lethe.http;

import io.lethe.broker.WireSink;
import io.lethe.weave.ClassPlan;
import io.lethe.weave.KnownSink;
import io.lethe.weave.Plans;
import io.lethe.weave.Recognition;
import io.lethe.weave.Sites;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * All that Lethe weaves for HTTP: the clients that it knows, from their loading on, and JSSE, from the first reference on.
 *
 * <p>Loaded by the agent loader, when the first class of an HTTP client is loaded. Thread-safe.
 */
public final class Http implements Plans {

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
    private final Map<String, ClassPlan> made = new HashMap<>();
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

    /** The classes of JSSE and of sockets pass the gate until a reference is seen, and have plans all the same. */
    @Override
    public @Nullable ClassPlan plan(String name) {
        ClassPlan plan = made(name, Collections.<String, ClassPlan>emptyMap());
        return plan != null ? plan : made(name, Plans.byName(plansBeside(name)));
    }

    /** Plans are made outside of the lock, since other agents see the classes that this loads; the first to be made count. */
    private @Nullable ClassPlan made(String name, Map<String, ClassPlan> plans) {
        synchronized (made) {
            if (!made.containsKey(name)) {
                made.putAll(plans);
            }
            return made.get(name);
        }
    }

    private List<ClassPlan> plansBeside(String name) {
        HttpStack stack = stack(name);
        if (stack != null) {
            return stack.plans(this);
        }
        if (Jsse.names().contains(name)) {
            return Jsse.plans(sites, records);
        }
        return PlainSockets.names().contains(name)
                ? PlainSockets.plans(sites, sink)
                : Collections.<ClassPlan>emptyList();
    }

    /** The client that a class of {@link HttpClasses} belongs to; each is loaded when it is made, with its first class. */
    private static @Nullable HttpStack stack(String name) {
        if (name.equals(HttpClasses.URL_CONNECTION)) {
            return new UrlConnection();
        }
        if (name.equals(HttpClasses.DIGEST) || name.equals(HttpClasses.NTLM)) {
            return new HashedLogins();
        }
        if (name.equals(HttpClasses.JAVA_NET_HTTP_CHOICE) || name.equals(HttpClasses.JAVA_NET_HTTP_3)) {
            return new JavaNetHttp3();
        }
        if (name.startsWith("jdk/internal/net/http/")) {
            return new JavaNetHttp();
        }
        if (name.startsWith("org/apache/http/")) {
            return new Apache4();
        }
        if (name.startsWith("org/apache/hc/")) {
            return new Apache5();
        }
        if (name.startsWith("org/apache/commons/httpclient/")) {
            return new Commons3();
        }
        if (name.startsWith("org/apache/axis/")) {
            return new Axis1();
        }
        if (name.startsWith("okhttp3/")) {
            return new OkHttp();
        }
        if (name.startsWith("io/grpc/okhttp/")) {
            return new GrpcOkHttp();
        }
        if (name.startsWith("org/eclipse/jetty/")) {
            return new Jetty();
        }
        for (String netty : HttpClasses.NETTYS) {
            if (name.startsWith(netty)) {
                return name.contains("/http2/") ? new NettyHttp2() : new Netty();
            }
        }
        return null;
    }

    /** The stacks, and what of the JDK they rest on, to be looked for in class files. */
    public List<KnownSink> sinks() {
        Map<String, HttpStack> stacks = new TreeMap<>();
        for (String name : HttpClasses.all()) {
            HttpStack stack = stack(name);
            if (stack != null) {
                stacks.put(stack.getClass().getSimpleName(), stack);
            }
        }
        List<KnownSink> known = new ArrayList<>();
        for (Map.Entry<String, HttpStack> stack : stacks.entrySet()) {
            known.add(sink(stack.getKey(), stack.getValue().plans(this)));
        }
        known.add(sink("JSSE", Jsse.plans(sites, records)));
        known.add(sink("sockets", PlainSockets.plans(sites, sink)));
        return known;
    }

    private static KnownSink sink(String name, List<ClassPlan> plans) {
        return new KnownSink(name, Collections.<List<String>>emptyList(), plans);
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
