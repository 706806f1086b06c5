package legacy;

import java.sql.Connection;
import java.util.Properties;
import javax.sql.ConnectionPoolDataSource;
import javax.sql.DataSource;
import javax.sql.XADataSource;

/**
 * A {@code DataSource} configured by its setters, as containers do. Keys: {@code class}; {@code set.*} are bean properties
 * (String, int or boolean); {@code user} and {@code password}, where present, are given to
 * {@code getConnection(user, password)}; {@code through}: {@code xa} or {@code pooled}, where the source is one of these, too.
 */
public final class DataSourceApp implements Connections.Opener {

    private Properties config = new Properties();
    private DataSource source;

    public static void main(String[] args) throws Exception {
        Connections.serve(args, new DataSourceApp());
    }

    @Override
    public void configure(Properties read) throws Exception {
        config = read;
        source = (DataSource) Class.forName(config.getProperty("class"))
                .getDeclaredConstructor()
                .newInstance();
        Properties beans = Config.under("set.", config);
        for (String name : beans.stringPropertyNames()) {
            Beans.set(source, name, beans.getProperty(name));
        }
    }

    @Override
    public Connection open() throws Exception {
        String user = config.getProperty("user");
        switch (config.getProperty("through", "")) {
            case "xa":
                return ((XADataSource) source).getXAConnection().getConnection();
            case "pooled":
                return ((ConnectionPoolDataSource) source).getPooledConnection().getConnection();
            default:
                break;
        }
        return user == null ? source.getConnection() : source.getConnection(user, config.getProperty("password"));
    }
}
