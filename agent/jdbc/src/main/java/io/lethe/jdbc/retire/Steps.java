package io.lethe.jdbc.retire;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/** Fields and methods of pools, by name. Loaded by the agent loader; stateless. */
final class Steps {

    /** Stands for any constant of any enumeration. */
    private static final Object ANY = new Object();

    private Steps() {}

    /** @throws ReflectiveOperationException also where it is null */
    static Object field(Object on, String name) throws ReflectiveOperationException {
        for (Class<?> type = on.getClass(); type != null; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (field.getName().equals(name)) {
                    field.setAccessible(true);
                    Object value = field.get(on);
                    if (value != null) {
                        return value;
                    }
                }
            }
        }
        throw new NoSuchFieldException(on.getClass().getName() + "." + name);
    }

    /**
     * Calls a method without parameters, or, as {@code name:CONSTANT}, with a constant of the enumeration that is its one
     * parameter.
     *
     * @throws ReflectiveOperationException where it has no such method, or that fails
     */
    static @Nullable Object call(Object on, String step) throws ReflectiveOperationException {
        int colon = step.indexOf(':');
        if (colon < 0) {
            return method(on, step).invoke(on);
        }
        Method method = method(on, step.substring(0, colon), ANY);
        for (Object constant : method.getParameterTypes()[0].getEnumConstants()) {
            if (((Enum<?>) constant).name().equals(step.substring(colon + 1))) {
                return method.invoke(on, constant);
            }
        }
        throw new NoSuchMethodException(on.getClass().getName() + "." + step);
    }

    /** @throws ReflectiveOperationException also where the answer is null */
    static Object answer(Object on, String step) throws ReflectiveOperationException {
        Object answer = call(on, step);
        if (answer == null) {
            throw new NoSuchMethodException(on.getClass().getName() + "." + step + " answers nothing");
        }
        return answer;
    }

    /** @throws ReflectiveOperationException also where the answer is no number */
    static int number(Object on, String step) throws ReflectiveOperationException {
        Object answer = answer(on, step);
        if (!(answer instanceof Integer)) {
            throw new NoSuchMethodException(on.getClass().getName() + "." + step + " answers no number");
        }
        return (Integer) answer;
    }

    static void set(Object on, String name, Object... values) throws ReflectiveOperationException {
        method(on, name, values).invoke(on, values);
    }

    /** Whether {@link #set} finds a method that takes these. */
    static boolean can(Object on, String name, Object... values) {
        try {
            method(on, name, values);
            return true;
        } catch (NoSuchMethodException e) {
            return false;
        }
    }

    /** One that takes these values; of a class that may not be public, and so made accessible. */
    private static Method method(Object on, String name, Object... values) throws NoSuchMethodException {
        for (Method method : on.getClass().getMethods()) {
            if (method.getName().equals(name) && !method.isBridge() && takes(method.getParameterTypes(), values)) {
                method.setAccessible(true);
                return method;
            }
        }
        throw new NoSuchMethodException(on.getClass().getName() + "." + name);
    }

    private static boolean takes(Class<?>[] types, Object[] values) {
        boolean fits = types.length == values.length;
        for (int i = 0; fits && i < types.length; i++) {
            fits = types[i].isPrimitive() || types[i].isInstance(values[i]) || values[i] == ANY && types[i].isEnum();
        }
        return fits;
    }
}
