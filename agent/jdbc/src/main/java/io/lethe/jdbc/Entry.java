package io.lethe.jdbc;

import io.lethe.weave.Scope;
import org.jspecify.annotations.Nullable;

/** A scope of which only the entry matters. */
abstract class Entry implements Scope {

    @Override
    public final void returned() {}

    @Override
    public final @Nullable Object @Nullable [] failed(Throwable thrown) {
        return null;
    }
}
