package io.lethe.weave;

import org.jspecify.annotations.Nullable;

/**
 * What stands behind one site of woven code. Called on the application's threads, by many at once.
 *
 * <p>What it throws reaches the woven code as it is, checked or not.
 */
public interface Handler {

    /** Arguments and answer are those of the method of {@code java.lang.LetheHooks} that the site calls. */
    @Nullable
    Object handle(@Nullable Object @Nullable [] arguments) throws Throwable;
}
