package io.lethe.jdbc;

import io.lethe.secret.NotSecret;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a driver's own public objects say of themselves: by a method {@code name()} or {@code getName()}, or from a public
 * field, whichever the version has; of {@link #hidden} from any field.
 *
 * <p>Loaded by the agent loader. Stateless. What is read stays the driver's: it may be a true password, which is looked at and
 * never copied.
 */
final class Peek {

    private Peek() {}

    /** Null where it is null, or where this version has no such thing. */
    static @Nullable Object at(Object owner, String name) {
        try {
            return owner.getClass().getMethod(name).invoke(owner);
        } catch (NoSuchMethodException e) {
            return byGetter(owner, name);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw unreadable(owner, name, e);
        }
    }

    private static @Nullable Object byGetter(Object owner, String name) {
        try {
            String getter = "get" + Character.toUpperCase(name.charAt(0)) + name.substring(1);
            return owner.getClass().getMethod(getter).invoke(owner);
        } catch (NoSuchMethodException e) {
            return inField(owner, name);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw unreadable(owner, name, e);
        }
    }

    private static @Nullable Object inField(Object owner, String name) {
        try {
            return owner.getClass().getField(name).get(owner);
        } catch (NoSuchFieldException e) {
            return null;
        } catch (IllegalAccessException e) {
            throw unreadable(owner, name, e);
        }
    }

    /** What stands in a field that is nobody else's business; null where it is null. */
    static @Nullable Object hidden(Object owner, String name) {
        for (Class<?> type = owner.getClass(); type != null; type = type.getSuperclass()) {
            try {
                Field field = type.getDeclaredField(name);
                field.setAccessible(true);
                return field.get(owner);
            } catch (NoSuchFieldException e) {
                // A superclass may have it.
            } catch (IllegalAccessException e) {
                throw unreadable(owner, name, e);
            }
        }
        throw new IllegalStateException(owner.getClass().getName() + " has no " + name);
    }

    /** The same as {@link #at} where it can only be text. */
    @NotSecret("a String is handed on as it is")
    static @Nullable String text(Object owner, String name) {
        Object value = at(owner, name);
        return value == null ? null : value.toString();
    }

    private static IllegalStateException unreadable(Object owner, String name, Exception e) {
        return new IllegalStateException(owner.getClass().getName() + " does not show its " + name, e);
    }
}
