package legacy;

import java.sql.Connection;
import java.util.Properties;
import javax.sql.DataSource;

/**
 * A {@code DataSource} configured by its setters, as containers do. Keys: {@code class}; {@code set.*} are bean properties
 * (String, int or boolean); {@code user} and {@code password}, where present, are given to
 * {@code getConnection(user, password)}.
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
        return user == null ? source.getConnection() : source.getConnection(user, config.getProperty("password"));
    }
}
