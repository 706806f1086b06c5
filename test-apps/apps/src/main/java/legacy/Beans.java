package legacy;

import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Properties;

/** Makes, sets and calls by name, as containers do that know a class only from their configuration. */
final class Beans {

    private Beans() {}

    /** Calls {@code setName} with a text, number or boolean. */
    static void set(Object bean, String name, String value) throws Exception {
        String setter = "set" + Character.toUpperCase(name.charAt(0)) + name.substring(1);
        for (Method method : bean.getClass().getMethods()) {
            if (method.getName().equals(setter) && method.getParameterCount() == 1) {
                Object argument = converted(value, method.getParameterTypes()[0]);
                if (argument != null) {
                    invoke(method, bean, argument);
                    return;
                }
            }
        }
        throw new NoSuchMethodException(bean.getClass().getName() + "." + setter);
    }

    /**
     * Follows a path such as {@code getPool/flush:IDLE}: methods without argument, or with one behind a colon, or with the
     * properties; fields where there is no such method. A first step with a dot is a class, and begins without the bean.
     */
    static Object call(ClassLoader loader, Object bean, String path, Properties properties) throws Exception {
        Object at = bean;
        Class<?> type = bean == null ? null : bean.getClass();
        for (String step : path.split("/")) {
            int end = step.indexOf(':') < 0 ? step.length() : step.indexOf(':');
            if (step.lastIndexOf('.', end) >= 0) {
                at = null;
                type = loader.loadClass(step);
            } else {
                at = step(type, at, step, properties);
                type = at == null ? null : at.getClass();
            }
        }
        return at;
    }

    private static Object step(Class<?> type, Object at, String step, Properties properties) throws Exception {
        int colon = step.indexOf(':');
        String name = colon < 0 ? step : step.substring(0, colon);
        Method method = colon < 0 ? method(type, name, 0, false) : null;
        if (method != null) {
            return invoke(method, at);
        }
        method = method(type, name, 1, colon >= 0);
        if (method != null) {
            Class<?> takes = method.getParameterTypes()[0];
            return invoke(
                    method, at, takes == Properties.class ? properties : converted(step.substring(colon + 1), takes));
        }
        return field(type, at, name);
    }

    private static Method method(Class<?> type, String name, int parameters, boolean text) {
        for (Class<?> each = type; each != null; each = each.getSuperclass()) {
            for (Method method : each.getDeclaredMethods()) {
                if (method.getName().equals(name)
                        && method.getParameterCount() == parameters
                        && canBeGiven(method, text)) {
                    return method;
                }
            }
        }
        return null;
    }

    private static boolean canBeGiven(Method method, boolean text) {
        for (Class<?> type : method.getParameterTypes()) {
            boolean fromText = type == String.class || type == boolean.class || type.isEnum();
            if (text ? !fromText : type != Properties.class) {
                return false;
            }
        }
        return true;
    }

    private static Object field(Class<?> type, Object at, String name) throws Exception {
        for (Class<?> each = type; each != null; each = each.getSuperclass()) {
            for (Field field : each.getDeclaredFields()) {
                if (field.getName().equals(name)) {
                    field.setAccessible(true);
                    return field.get(at);
                }
            }
        }
        throw new NoSuchMethodException(type.getName() + "." + name);
    }

    private static Object invoke(Method method, Object bean, Object... arguments) throws Exception {
        try {
            method.setAccessible(true);
            return method.invoke(bean, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof Exception ? (Exception) e.getCause() : e;
        }
    }

    /** Null where the type is none of those that a configuration can write. */
    private static Object converted(String value, Class<?> type) {
        if (type == String.class) {
            return value;
        }
        if (type == int.class || type == Integer.class) {
            return Integer.valueOf(value);
        }
        if (type == long.class || type == Long.class) {
            return Long.valueOf(value);
        }
        if (type == boolean.class || type == Boolean.class) {
            return Boolean.valueOf(value);
        }
        if (type.isEnum()) {
            for (Object constant : type.getEnumConstants()) {
                if (((Enum<?>) constant).name().equals(value)) {
                    return constant;
                }
            }
        }
        return null;
    }
}
