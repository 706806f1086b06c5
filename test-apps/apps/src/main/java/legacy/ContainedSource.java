package legacy;

import java.io.File;
import java.lang.management.ManagementFactory;
import java.net.URL;
import java.net.URLClassLoader;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.management.ObjectName;
import javax.naming.RefAddr;
import javax.naming.Reference;
import javax.naming.Referenceable;
import javax.naming.StringRefAddr;
import javax.naming.spi.NamingManager;
import javax.sql.ConnectionPoolDataSource;
import javax.sql.DataSource;
import javax.sql.PooledConnection;
import javax.sql.XAConnection;
import javax.sql.XADataSource;
import javax.transaction.xa.XAResource;

/**
 * One data source, connection pool data source, XA data source or driver, known by its configuration alone. Keys:
 * {@code jars}; {@code load}: a class to load first; {@code class}, or {@code make}: a path as of {@link Beans#call}, or
 * {@code factory}: a JNDI object factory, which gets all beneath {@code set.} as a reference; {@code set.*} are bean
 * properties, those of a driver its connection properties; {@code url} is for drivers; {@code wrap}: a class whose constructor
 * takes the data source; {@code start}, {@code mbean} and {@code close} are paths; {@code user} and {@code password} are given
 * to {@code getConnection}.
 */
final class ContainedSource {

    private final Properties config;
    private final Properties set;
    private final ClassLoader loader;
    private final Object bean;
    private final Object source;
    private PoolLoad load;
    private final List<Connection> borrowed = Collections.synchronizedList(new ArrayList<Connection>());
    private final List<PooledConnection> physical = Collections.synchronizedList(new ArrayList<PooledConnection>());

    ContainedSource(Properties config) throws Exception {
        this(config, loader(config.getProperty("jars")), null);
    }

    private ContainedSource(Properties config, ClassLoader loader, Object made) throws Exception {
        this.config = config;
        this.set = Config.under("set.", config);
        this.loader = loader;
        Thread.currentThread().setContextClassLoader(loader);
        if (config.getProperty("load") != null) {
            Class.forName(config.getProperty("load"), true, loader);
        }
        bean = made != null ? made : made();
        if (config.getProperty("mbean") != null) {
            ManagementFactory.getPlatformMBeanServer()
                    .registerMBean(
                            call(config.getProperty("mbean"), bean), new ObjectName("legacy:name=" + hashCode()));
        }
        source = config.getProperty("wrap") == null ? bean : wrapped();
    }

    /** The pool and its driver see the JDK and one another, as in a container that isolates its libraries. */
    private static ClassLoader loader(String jars) throws Exception {
        List<URL> urls = new ArrayList<>();
        urls.add(PoolApp.class.getProtectionDomain().getCodeSource().getLocation());
        for (String jar : jars.split(File.pathSeparator)) {
            urls.add(new File(jar).toURI().toURL());
        }
        return new URLClassLoader(
                urls.toArray(new URL[0]), ClassLoader.getSystemClassLoader().getParent());
    }

    private Object made() throws Exception {
        if (config.getProperty("factory") != null) {
            Reference reference = new Reference("javax.sql.DataSource", config.getProperty("factory"), null);
            for (String name : set.stringPropertyNames()) {
                reference.add(new StringRefAddr(name, set.getProperty(name)));
            }
            return NamingManager.getObjectInstance(reference, null, null, null);
        }
        String make = config.getProperty("make");
        Object fresh = make != null
                ? call(make, null)
                : loader.loadClass(config.getProperty("class"))
                        .getDeclaredConstructor()
                        .newInstance();
        if (!(fresh instanceof Driver) && config.getProperty("given") == null) {
            for (String name : set.stringPropertyNames()) {
                Beans.set(fresh, name, set.getProperty(name));
            }
        }
        if (config.getProperty("start") != null) {
            call(config.getProperty("start"), fresh);
        }
        return fresh;
    }

    private Object wrapped() throws Exception {
        return loader.loadClass(config.getProperty("wrap"))
                .getConstructor(DataSource.class)
                .newInstance(bean);
    }

    private Object call(String path, Object on) throws Exception {
        return Beans.call(loader, on, path, set);
    }

    String call(String key) throws Exception {
        return String.valueOf(call(config.getProperty(key), bean));
    }

    /** All at once, from threads of their own: a pool has to grow. */
    String borrow(int count) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(count);
        List<Future<Connection>> opening = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            opening.add(executor.submit(new Callable<Connection>() {
                @Override
                public Connection call() throws Exception {
                    Thread.currentThread().setContextClassLoader(loader);
                    return open();
                }
            }));
        }
        try {
            for (Future<Connection> future : opening) {
                borrowed.add(future.get());
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception ? (Exception) e.getCause() : e;
        } finally {
            executor.shutdown();
        }
        return String.valueOf(count);
    }

    private Connection open() throws Exception {
        String user = config.getProperty("user");
        String password = config.getProperty("password");
        if (source instanceof Driver) {
            return ((Driver) source).connect(config.getProperty("url"), (Properties) set.clone());
        }
        if (source instanceof DataSource) {
            DataSource plain = (DataSource) source;
            return user == null ? plain.getConnection() : plain.getConnection(user, password);
        }
        if (source instanceof XADataSource) {
            XADataSource xa = (XADataSource) source;
            XAConnection opened = user == null ? xa.getXAConnection() : xa.getXAConnection(user, password);
            physical.add(opened);
            opened.getXAResource().recover(XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN);
            return opened.getConnection();
        }
        ConnectionPoolDataSource pooling = (ConnectionPoolDataSource) source;
        PooledConnection opened =
                user == null ? pooling.getPooledConnection() : pooling.getPooledConnection(user, password);
        physical.add(opened);
        return opened.getConnection();
    }

    String load(int threads) {
        load = new PoolLoad(
                new Callable<Connection>() {
                    @Override
                    public Connection call() throws Exception {
                        return open();
                    }
                },
                loader);
        load.start(threads);
        return String.valueOf(threads);
    }

    String unload() throws InterruptedException {
        return load.end();
    }

    /** Who all that is borrowed is, once for each name. */
    String query() throws SQLException {
        String found = "";
        for (Connection connection : borrowed) {
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("select current_user")) {
                rows.next();
                found = found.contains(rows.getString(1)) ? found : found + rows.getString(1);
            }
        }
        return found;
    }

    String validate() throws SQLException {
        for (Connection connection : borrowed) {
            // Pools of JDBC 3 cannot be asked.
            boolean valid;
            try {
                valid = connection.isValid(5);
            } catch (AbstractMethodError e) {
                valid = true;
            }
            if (!valid) {
                throw new SQLException("a connection is not valid");
            }
        }
        return String.valueOf(borrowed.size());
    }

    String giveBack() throws SQLException {
        int count = borrowed.size();
        for (Connection connection : borrowed) {
            connection.close();
        }
        borrowed.clear();
        for (PooledConnection connection : physical) {
            connection.close();
        }
        physical.clear();
        return String.valueOf(count);
    }

    /** Another one, made from what a naming service would keep of this one. */
    ContainedSource again() throws Exception {
        Thread.currentThread().setContextClassLoader(loader);
        Object made = NamingManager.getObjectInstance(((Referenceable) bean).getReference(), null, null, null);
        if (made == null || made instanceof Reference) {
            throw new IllegalStateException("the reference leads to " + made);
        }
        Properties withoutMBean = new Properties();
        withoutMBean.putAll(config);
        withoutMBean.remove("mbean");
        return new ContainedSource(withoutMBean, loader, made);
    }

    /** What logs and consoles show of it. */
    String told() throws Exception {
        StringBuilder told = new StringBuilder(source + "\n" + bean);
        Reference reference = bean instanceof Referenceable ? ((Referenceable) bean).getReference() : null;
        if (reference != null) {
            for (Enumeration<RefAddr> each = reference.getAll(); each.hasMoreElements(); ) {
                RefAddr address = each.nextElement();
                told.append('\n').append(address.getType()).append(" = ").append(address.getContent());
            }
        }
        for (Connection connection : borrowed) {
            told.append('\n').append(connection).append(' ').append(url(connection));
        }
        return told.toString();
    }

    private static String url(Connection connection) {
        try {
            return connection.getMetaData().getURL();
        } catch (SQLException e) {
            return String.valueOf(e);
        }
    }

    void close() throws Exception {
        giveBack();
        if (config.getProperty("close") != null) {
            call(config.getProperty("close"), bean);
        } else if (bean instanceof AutoCloseable) {
            ((AutoCloseable) bean).close();
        }
    }
}
