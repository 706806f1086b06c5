package io.lethe.http;

import io.lethe.weave.Scope;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Stands around every arm hook: a refusal passes, and an error of Lethe's own ends where it happened if no reference is involved,
 * else it is a refusal. So a fault of ours never breaks a request that does without us. A hook finds out first whether there is a
 * reference, with nothing that can fail, and throws {@link Involved} from then on: before that a fault lets the request go on.
 *
 * <p>Loaded by the agent loader. Stateless.
 */
final class Careful {

    private Careful() {}

    /** Around a hook that says itself whether a reference is involved, with {@link Involved}. */
    static Scope scope(Scope scope) {
        return new Scope() {
            @Override
            public @Nullable Object[] enter(@Nullable Object[] arguments) throws Throwable {
                try {
                    return scope.enter(arguments);
                } catch (IOException e) {
                    throw e;
                } catch (Refused e) {
                    throw e.inTheClientsWords;
                } catch (Involved e) {
                    throw involved(e.getCause());
                } catch (Throwable fault) {
                    report(fault);
                    return arguments;
                }
            }

            @Override
            public void returned() {
                try {
                    scope.returned();
                } catch (Throwable fault) {
                    report(fault);
                }
            }

            @Override
            public @Nullable Object @Nullable [] failed(Throwable thrown) throws Throwable {
                try {
                    return scope.failed(thrown);
                } catch (Throwable fault) {
                    if (fault != thrown) {
                        report(fault);
                    }
                    return null;
                }
            }
        };
    }

    /** A refusal that the client would take for worse than it is if it came as an {@link IOException}. */
    static final class Refused extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final transient Throwable inTheClientsWords;

        Refused(Throwable inTheClientsWords) {
            super(inTheClientsWords);
            this.inTheClientsWords = inTheClientsWords;
        }
    }

    /** An error of Lethe's own while a reference was in its hands. */
    static final class Involved extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Involved(Throwable cause) {
            super(cause);
        }

        @Override
        public synchronized Throwable getCause() {
            Throwable cause = super.getCause();
            return cause == null ? this : cause;
        }
    }

    /** An error of Lethe's own with a reference in its hands, as the refusal that the application gets. */
    static IOException involved(Throwable fault) {
        report(fault);
        return new IOException("lethe: an error of Lethe's own (" + fault + "); the reference goes no further");
    }

    /** Says on standard error what went wrong; it has no secret. */
    static void report(Throwable fault) {
        System.err.println("lethe: an error of Lethe's own: " + fault);
    }
}
