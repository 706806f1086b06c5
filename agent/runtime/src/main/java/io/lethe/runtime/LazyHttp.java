package io.lethe.runtime;

import io.lethe.broker.WireSink;
import io.lethe.http.Http;
import io.lethe.http.HttpClasses;
import io.lethe.weave.ClassPlan;
import io.lethe.weave.Plans;
import io.lethe.weave.Recognition;
import io.lethe.weave.Sites;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * All of HTTP, made when the first class of an HTTP client is loaded or a password is to leave in clear text: what only connects
 * to databases never pays for it.
 *
 * <p>Loaded by the agent loader, when the first class matches. Thread-safe.
 */
final class LazyHttp implements Plans, Supplier<WireSink> {

    private final Sites sites;
    private final Opening opening;
    private final Recognition recognition;
    private volatile @Nullable Http http;

    LazyHttp(Sites sites, Opening opening, Recognition recognition) {
        this.sites = sites;
        this.opening = opening;
        this.recognition = recognition;
    }

    @Override
    public @Nullable ClassPlan plan(String name) {
        Http made = http;
        if (made == null && HttpClasses.all().contains(name)) {
            made = make();
        }
        // JSSE and sockets are woven for references that HTTP has seen.
        return made == null ? null : made.plan(name);
    }

    @Override
    public WireSink get() {
        Http made = http;
        return (made != null ? made : make()).clearPasswords();
    }

    private synchronized Http make() {
        Http made = http;
        if (made == null) {
            made = new Http(sites, opening, recognition);
            http = made;
        }
        return made;
    }
}
