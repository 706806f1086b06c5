package io.lethe.weave;

import org.jspecify.annotations.Nullable;

/** In place of a woven method. Called on the application's threads, by many at once. */
public interface Answer {

    /**
     * Before the method's body.
     *
     * @param arguments {@code this} first, null where there is none, then the parameters
     * @return the method's result, boxed where it is primitive, anything for {@code void}; null to run the method
     */
    @Nullable
    Object answer(@Nullable Object[] arguments) throws Throwable;
}
