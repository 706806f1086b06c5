package io.lethe.http;

import io.lethe.weave.Recognition;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Methods and fields of clients' classes by name, found once per class. A client may be there many times, each in a loader of its
 * own: what was found is kept with the class and goes with it.
 *
 * <p>Loaded by the agent loader. Thread-safe. A member that is not there is a {@link NoSuchMethodException} or {@link
 * NoSuchFieldException}; what a called method throws is the cause of an {@link InvocationTargetException}.
 */
final class Members {

    private final Recognition recognition;
    private final ClassValue<ConcurrentHashMap<String, AccessibleObject>> found =
            new ClassValue<ConcurrentHashMap<String, AccessibleObject>>() {
                @Override
                protected ConcurrentHashMap<String, AccessibleObject> computeValue(Class<?> type) {
                    return new ConcurrentHashMap<>();
                }
            };

    /** @param recognition opens the packages of clients that are named modules */
    Members(Recognition recognition) {
        this.recognition = recognition;
    }

    /** Calls a method without parameters. */
    @Nullable
    Object call(Object on, String name) throws ReflectiveOperationException {
        AccessibleObject known = found.get(on.getClass()).get(name);
        Method method = known != null ? (Method) known : method(on.getClass(), name);
        return method.invoke(on);
    }

    /** As {@link #call}, where null would be a shape that is not known. */
    Object get(Object on, String name) throws ReflectiveOperationException {
        return required(call(on, name), on, name);
    }

    /** A text that a method without parameters returns, of whatever type. */
    String text(Object on, String name) throws ReflectiveOperationException {
        return get(on, name).toString();
    }

    /** Reads a field that is not null. */
    Object field(Object on, String name) throws ReflectiveOperationException {
        return required(fieldOf(on, name).get(on), on, name);
    }

    /** Reads a field that a class need not have; null where it is null or not there. */
    @Nullable
    Object fieldIfThere(Object on, String name) throws ReflectiveOperationException {
        for (Class<?> at = on.getClass(); at != null; at = at.getSuperclass()) {
            for (Field declared : at.getDeclaredFields()) {
                if (declared.getName().equals(name)) {
                    return fieldOf(on, name).get(on);
                }
            }
        }
        return null;
    }

    void set(Object on, String name, Object value) throws ReflectiveOperationException {
        fieldOf(on, name).set(on, value);
    }

    private Field fieldOf(Object on, String name) throws ReflectiveOperationException {
        ConcurrentHashMap<String, AccessibleObject> members = found.get(on.getClass());
        AccessibleObject known = members.get("." + name);
        if (known == null) {
            known = opened(declaredField(on.getClass(), name), on.getClass());
            members.put("." + name, known);
        }
        return (Field) known;
    }

    /** A method of this class or of what it extends or implements. */
    Method method(Class<?> type, String name, Class<?>... parameters) throws ReflectiveOperationException {
        String key = parameters.length == 0 ? name : name + Arrays.toString(parameters);
        ConcurrentHashMap<String, AccessibleObject> members = found.get(type);
        AccessibleObject known = members.get(key);
        if (known == null) {
            Method method = declaredMethod(type, name, parameters);
            known = opened(method, method.getDeclaringClass());
            members.put(key, known);
        }
        return (Method) known;
    }

    /** A constructor, private ones too. */
    <T> Constructor<T> constructor(Class<T> type, Class<?>... parameters) throws ReflectiveOperationException {
        return opened(type.getDeclaredConstructor(parameters), type);
    }

    private static Object required(@Nullable Object value, Object on, String name) {
        if (value == null) {
            throw new IllegalStateException(on.getClass().getName() + "." + name + " is null");
        }
        return value;
    }

    private static Method declaredMethod(Class<?> type, String name, Class<?>... parameters)
            throws NoSuchMethodException {
        for (Class<?> at = type; at != null; at = at.getSuperclass()) {
            try {
                return at.getDeclaredMethod(name, parameters);
            } catch (NoSuchMethodException e) {
                // Then it may be inherited.
            }
        }
        return type.getMethod(name, parameters);
    }

    private static Field declaredField(Class<?> type, String name) throws NoSuchFieldException {
        for (Class<?> at = type; at != null; at = at.getSuperclass()) {
            try {
                return at.getDeclaredField(name);
            } catch (NoSuchFieldException e) {
                // Then it may be inherited.
            }
        }
        throw new NoSuchFieldException(type.getName() + "." + name);
    }

    private <T extends AccessibleObject> T opened(T member, Class<?> of) throws ReflectiveOperationException {
        try {
            member.setAccessible(true);
        } catch (RuntimeException e) {
            // InaccessibleObjectException: a named module, from 9 on.
            String name = of.getName();
            recognition.open(of, name.substring(0, name.lastIndexOf('.')));
            member.setAccessible(true);
        }
        return member;
    }
}
