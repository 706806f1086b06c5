package io.lethe.runtime;

import io.lethe.http.Http;
import io.lethe.jdbc.Delegates;
import io.lethe.jdbc.Jdbc;
import io.lethe.jdbc.Sinks;
import io.lethe.weave.KnownSink;
import io.lethe.weave.Recognition;
import io.lethe.weave.Sites;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * All that Lethe would weave, for those who only look: plans whose hooks nobody will ever call.
 *
 * <p>Loaded by the command line's loader. Stateless.
 */
public final class KnownSinks {

    private KnownSinks() {}

    /** Every driver family, HTTP stack and part of the JDK. */
    public static List<KnownSink> all() {
        Sites sites = new Sites();
        Supplier<Wiring> nobody = () -> {
            throw new IllegalStateException("nothing runs here");
        };
        Http http = new Http(sites, nobody, NOTHING_LOADED);
        Jdbc jdbc = new Jdbc(sites, new Sinks(nobody, http::clearPasswords), NOTHING_LOADED);
        List<KnownSink> all = new ArrayList<>(jdbc.sinks());
        all.addAll(http.sinks());
        return all;
    }

    /**
     * Whether a class that implements a driver's or data source's interface only hands references on.
     *
     * @param className binary name
     */
    public static boolean handsOn(String className, List<String> delegating) {
        return Delegates.knows(className) || Wiring.isIn(className, delegating);
    }

    private static final Recognition NOTHING_LOADED = new Recognition() {
        @Override
        public String obstacle(String name, @Nullable ClassLoader loader) {
            return ABSENT;
        }

        @Override
        public void alsoWeave(Set<String> internalNames) {}

        @Override
        public void open(Class<?> member, String... packages) {}
    };
}
