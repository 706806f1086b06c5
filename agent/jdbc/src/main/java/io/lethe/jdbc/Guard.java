package io.lethe.jdbc;

import io.lethe.secret.NotSecret;
import io.lethe.secret.Reference;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.sql.Driver;
import java.sql.SQLException;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Stands before every driver and data source for which Lethe has no sink, and refuses references there: an unknown driver
 * would send one to its server as a password.
 *
 * <p>Loaded by the agent loader. Stateless. Code that carries no reference passes, whatever goes wrong in here.
 */
final class Guard {

    private Guard() {}

    /**
     * Before {@code Driver.connect(url, info)}. A driver to which the URL does not belong is let through: {@code DriverManager}
     * offers each URL to all drivers, and the others answer null.
     */
    static void driver(Object driver, @Nullable String url, @Nullable Object info, Sinks sinks) throws SQLException {
        String found = reference(driver, url, info);
        if (found != null) {
            refuse(driver, found, sinks);
        }
    }

    /** The reference in what such a driver, which accepts the URL, is given; null where there is none. */
    private static @Nullable String reference(Object driver, @Nullable String url, @Nullable Object info) {
        String found = inUrl(url);
        if (found == null && info instanceof Properties) {
            found = inProperties((Properties) info);
        }
        return found != null && accepts((Driver) driver, url) ? found : null;
    }

    private static boolean accepts(Driver driver, @Nullable String url) {
        try {
            return url == null || driver.acceptsURL(url);
        } catch (SQLException | RuntimeException e) {
            return true;
        }
    }

    /** Before {@code getConnection}, {@code getXAConnection}, {@code getPooledConnection}, with or without credentials. */
    static void dataSource(Object dataSource, @Nullable Object user, @Nullable Object password, Sinks sinks)
            throws SQLException {
        String found = ofSource(dataSource, user, password);
        if (found != null) {
            refuse(dataSource, found, sinks);
        }
    }

    /** The reference in what such a data source is given or holds; null where there is none. */
    private static @Nullable String ofSource(Object dataSource, @Nullable Object user, @Nullable Object password) {
        String found = whole(user);
        if (found == null) {
            found = whole(password);
        }
        return found == null ? inFields(dataSource) : found;
    }

    /**
     * A reference in what a connecting method of a driver or data source was given, or in the fields of the data source.
     *
     * @param arguments the receiver first
     */
    static @Nullable String reference(@Nullable Object[] arguments) {
        Object receiver = arguments[0];
        String found = null;
        for (int i = 1; i < arguments.length && found == null; i++) {
            Object argument = arguments[i];
            found = argument instanceof Properties ? inProperties((Properties) argument) : whole(argument);
            if (found == null && argument instanceof String) {
                found = inUrl((String) argument);
            }
        }
        if (receiver instanceof Driver) {
            return found != null && accepts((Driver) receiver, (String) arguments[1]) ? found : null;
        }
        return found != null || receiver == null ? found : inFields(receiver);
    }

    private static void refuse(Object receiver, String reference, Sinks sinks) throws SQLException {
        String name = receiver.getClass().getName();
        if (sinks.access().delegates(name)) {
            return;
        }
        throw Refusal.denied(
                        "'" + reference + "' stays here: " + name
                                + " is not a driver that Lethe knows, and would send it as "
                                + "it is; if it only hands on to a driver that Lethe knows, list its package under drivers.delegating")
                .outward();
    }

    /** A reference that is the whole of a text; null where it is not. */
    @NotSecret("only what begins like a reference becomes text: any other array may be a true password")
    static @Nullable String whole(@Nullable Object value) {
        if (value instanceof CharSequence && Reference.claims((CharSequence) value)) {
            return value.toString();
        }
        if (value instanceof char[]) {
            char[] chars = (char[]) value;
            if (Reference.claims(new Chars(chars))) {
                return String.valueOf(chars);
            }
        }
        return null;
    }

    /** A reference anywhere in a JDBC URL, raw or percent-encoded, where a value begins. */
    private static @Nullable String inUrl(@Nullable String url) {
        if (url == null) {
            return null;
        }
        int at = indexOfValue(url, Reference.PREFIX);
        if (at < 0) {
            at = indexOfValue(url, "lethe%3A");
        }
        if (at < 0) {
            at = indexOfValue(url, "lethe%3a");
        }
        return at < 0 ? null : url.substring(at, endOfValue(url, at));
    }

    private static int indexOfValue(String url, String prefix) {
        for (int at = url.indexOf(prefix); at >= 0; at = url.indexOf(prefix, at + 1)) {
            if (at > 0 && "=:/(,;&?@'\"{".indexOf(url.charAt(at - 1)) >= 0) {
                return at;
            }
        }
        return -1;
    }

    private static int endOfValue(String url, int from) {
        int end = from;
        while (end < url.length() && "&;,)@/?'\"}".indexOf(url.charAt(end)) < 0) {
            end++;
        }
        return end;
    }

    static @Nullable String inProperties(Properties info) {
        for (String name : info.stringPropertyNames()) {
            String found = whole(info.getProperty(name));
            if (found != null) {
                return found;
            }
        }
        for (Map.Entry<Object, Object> entry : info.entrySet()) {
            String found = whole(entry.getValue());
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    /** A reference in the fields of a data source, where {@code setPassword} put it. */
    private static @Nullable String inFields(Object dataSource) {
        for (Class<?> type = dataSource.getClass(); type != null && type != Object.class; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                String found = Modifier.isStatic(field.getModifiers()) ? null : inField(dataSource, field);
                if (found != null) {
                    return found;
                }
            }
        }
        return null;
    }

    private static @Nullable String inField(Object dataSource, Field field) {
        Class<?> type = field.getType();
        boolean text = type == String.class || type == char[].class || type == Object.class;
        if (!text && !Properties.class.isAssignableFrom(type)) {
            return null;
        }
        try {
            field.setAccessible(true);
            Object value = field.get(dataSource);
            if (value instanceof Properties) {
                return inProperties((Properties) value);
            }
            String found = whole(value);
            return found == null && value instanceof String ? inUrl((String) value) : found;
        } catch (IllegalAccessException | RuntimeException e) {
            // A module that does not open itself: nothing can be said of this field.
            return null;
        }
    }
}
