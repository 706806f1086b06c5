package legacy;

import java.util.Properties;
import javax.resource.spi.ConnectionManager;
import javax.resource.spi.TransactionSupport.TransactionSupportLevel;
import javax.sql.DataSource;
import org.jboss.jca.adapters.jdbc.local.LocalManagedConnectionFactory;
import org.jboss.jca.common.api.metadata.common.FlushStrategy;
import org.jboss.jca.core.api.connectionmanager.pool.FlushMode;
import org.jboss.jca.core.api.connectionmanager.pool.PoolConfiguration;
import org.jboss.jca.core.connectionmanager.ConnectionManagerFactory;
import org.jboss.jca.core.connectionmanager.pool.api.Pool;
import org.jboss.jca.core.connectionmanager.pool.api.PoolFactory;
import org.jboss.jca.core.connectionmanager.pool.api.PoolStrategy;

/** The pool of WildFly and JBoss without the server around it. Compiled against 1.5.3. */
public final class IronJacamarPool {

    /** The store of its connections. */
    private static final String STORE =
            "org.jboss.jca.core.connectionmanager.pool.mcp.SemaphoreConcurrentLinkedDequeManagedConnectionPool";

    /** The last one's pool: its data source does not lead to it. */
    private static Pool pool;

    private IronJacamarPool() {}

    public static DataSource make(Properties properties) throws Exception {
        LocalManagedConnectionFactory factory = new LocalManagedConnectionFactory();
        for (String name : properties.stringPropertyNames()) {
            Beans.set(factory, name, properties.getProperty(name));
        }
        PoolConfiguration sizes = new PoolConfiguration();
        sizes.setMaxSize(8);
        sizes.setMinSize(1);
        pool = new PoolFactory().create(PoolStrategy.ONE_POOL, factory, sizes, false, true, STORE);
        pool.setName("legacy");
        ConnectionManager manager = new ConnectionManagerFactory()
                .createNonTransactional(
                        TransactionSupportLevel.NoTransaction,
                        pool,
                        null,
                        null,
                        false,
                        null,
                        true,
                        false,
                        false,
                        null,
                        FlushStrategy.FAILING_CONNECTION_ONLY,
                        0,
                        0L);
        return (DataSource) factory.createConnectionFactory(manager);
    }

    /** What the console's {@code flush-idle-connection-in-pool} does. */
    public static void flushIdle() {
        pool.flush(FlushMode.IDLE);
    }

    public static void shutdown() {
        pool.shutdown();
    }
}
