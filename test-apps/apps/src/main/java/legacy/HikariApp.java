package legacy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.util.Properties;

/**
 * A HikariCP pool; its configuration is Hikari's own properties file. The pool is made at the first connection and closed by
 * {@code close}. Compiled against 4.0.3, runs with every newer one.
 */
public final class HikariApp implements Connections.Opener {

    private Properties config = new Properties();
    private HikariDataSource pool;

    public static void main(String[] args) throws Exception {
        Connections.serve(args, new HikariApp());
    }

    @Override
    public void configure(Properties read) {
        config = read;
    }

    @Override
    public Connection open() throws Exception {
        HikariDataSource current;
        synchronized (this) {
            if (pool == null) {
                pool = new HikariDataSource(new HikariConfig(config));
            }
            current = pool;
        }
        return current.getConnection();
    }

    @Override
    public synchronized void close() {
        if (pool != null) {
            pool.close();
            pool = null;
        }
    }
}
