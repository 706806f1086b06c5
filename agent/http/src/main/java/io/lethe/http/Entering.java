package io.lethe.http;

import io.lethe.weave.Scope;
import org.jspecify.annotations.Nullable;

/** A scope of which only the beginning matters. Loaded by the agent loader. */
abstract class Entering implements Scope {

    @Override
    public void returned() throws ReflectiveOperationException {}

    @Override
    public @Nullable Object @Nullable [] failed(Throwable thrown) throws ReflectiveOperationException {
        return null;
    }

    /** The arguments with another one in one place; the method's own are left alone. */
    static @Nullable Object[] with(@Nullable Object[] arguments, int index, Object value) {
        @Nullable Object[] changed = arguments.clone();
        changed[index] = value;
        return changed;
    }
}
