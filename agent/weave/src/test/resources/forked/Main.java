package app;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;

/** An application that knows nothing of an agent. */
public final class Main {

    public static void main(String[] args) throws Exception {
        System.out.println("started");
        if (args.length > 0) {
            return;
        }
        use(Main.class.getClassLoader());
        use(new Modules(Main.class.getClassLoader()));
        try {
            new Driver().connect("jdbc:unknown", null);
        } catch (java.sql.SQLException e) {
            System.out.println(e.getMessage());
        }
    }

    private static void use(ClassLoader loader) throws Exception {
        Runnable sink = (Runnable) loader.loadClass("app.Sink").getConstructor().newInstance();
        sink.run();
    }

    /** Like the loaders of module systems: asks its parent for {@code java.*} only. */
    static final class Modules extends ClassLoader {

        private final ClassLoader classes;

        Modules(ClassLoader classes) {
            super(null);
            this.classes = classes;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith("java.")) {
                return super.loadClass(name, resolve);
            }
            if (!name.equals("app.Sink")) {
                throw new ClassNotFoundException(name);
            }
            try {
                InputStream in = classes.getResourceAsStream("app/Sink.class");
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                for (int b = in.read(); b >= 0; b = in.read()) {
                    out.write(b);
                }
                return defineClass(name, out.toByteArray(), 0, out.size());
            } catch (java.io.IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }

    static final class Driver implements java.sql.Driver {

        @Override
        public java.sql.Connection connect(String url, java.util.Properties info) throws java.sql.SQLException {
            System.out.println("connected");
            return null;
        }

        @Override
        public boolean acceptsURL(String url) {
            return true;
        }

        @Override
        public java.sql.DriverPropertyInfo[] getPropertyInfo(String url, java.util.Properties info) {
            return null;
        }

        @Override
        public int getMajorVersion() {
            return 1;
        }

        @Override
        public int getMinorVersion() {
            return 0;
        }

        @Override
        public boolean jdbcCompliant() {
            return false;
        }

        @Override
        public java.util.logging.Logger getParentLogger() {
            return null;
        }
    }
}
