package io.lethe.weave;

import org.jspecify.annotations.Nullable;

/** On the last argument of a call, or the result of a method. Called on the application's threads, by many at once. */
public interface Filter {

    /** Returns the argument to go on with; null leaves it as it is. */
    @Nullable
    Object filter(@Nullable Object value) throws Throwable;
}
