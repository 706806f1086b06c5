package io.lethe.weave;

import java.util.HashMap;
import java.util.Map;

/** An application's loader: the given classes first, verified as any other. */
final class TestLoader extends ClassLoader {

    private final Map<String, byte[]> classes = new HashMap<>();

    TestLoader(Map<String, byte[]> classes) {
        super(TestLoader.class.getClassLoader());
        classes.forEach((name, bytes) -> this.classes.put(name.replace('/', '.'), bytes));
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            if (loaded == null && classes.containsKey(name)) {
                byte[] bytes = classes.get(name);
                loaded = defineClass(name, bytes, 0, bytes.length);
            }
            return loaded != null ? loaded : super.loadClass(name, resolve);
        }
    }
}
