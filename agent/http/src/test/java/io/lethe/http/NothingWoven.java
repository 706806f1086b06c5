package io.lethe.http;

import io.lethe.weave.Recognition;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** For tests without an agent: no class is hooked, and nothing has to be opened. */
class NothingWoven implements Recognition {

    @Override
    public @Nullable String obstacle(String name, @Nullable ClassLoader loader) {
        return "UNKNOWN";
    }

    @Override
    public void alsoWeave(Set<String> internalNames) {}

    @Override
    public void open(Class<?> member, String... packages) {}
}
