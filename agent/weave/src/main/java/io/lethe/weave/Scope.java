package io.lethe.weave;

import org.jspecify.annotations.Nullable;

/**
 * Around a woven method. Called on the application's threads, by many at once; whatever is open belongs to the thread.
 *
 * <p>What {@code enter} throws comes out of the method, and neither {@code returned} nor {@code failed} follows. After
 * an {@code enter} that returned, exactly one of the two follows.
 */
public interface Scope {

    /**
     * Before the method's body.
     *
     * @param arguments {@code this} first, null where there is none, then the parameters
     * @return what to go on with, in the same order; only the places that the hook declares are read
     */
    @Nullable
    Object[] enter(@Nullable Object[] arguments) throws Throwable;

    /** Just before the method returns. Should not throw: a catch clause of the method itself may cover this place. */
    void returned() throws Throwable;

    /**
     * When an exception leaves the method.
     *
     * @return null to throw it on; an array of one to return its element instead (anything for {@code void})
     */
    @Nullable
    Object @Nullable [] failed(Throwable thrown) throws Throwable;
}
