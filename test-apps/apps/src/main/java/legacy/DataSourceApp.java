package legacy;

import java.lang.reflect.Method;
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
            set(source, name, beans.getProperty(name));
        }
    }

    private static void set(Object bean, String name, String value) throws ReflectiveOperationException {
        String setter = "set" + Character.toUpperCase(name.charAt(0)) + name.substring(1);
        for (Method method : bean.getClass().getMethods()) {
            if (method.getName().equals(setter) && method.getParameterCount() == 1) {
                Class<?> type = method.getParameterTypes()[0];
                if (type == String.class) {
                    method.invoke(bean, value);
                    return;
                }
                if (type == int.class) {
                    method.invoke(bean, Integer.parseInt(value));
                    return;
                }
                if (type == boolean.class) {
                    method.invoke(bean, Boolean.parseBoolean(value));
                    return;
                }
            }
        }
        throw new NoSuchMethodException(bean.getClass().getName() + "." + setter);
    }

    @Override
    public Connection open() throws Exception {
        String user = config.getProperty("user");
        return user == null ? source.getConnection() : source.getConnection(user, config.getProperty("password"));
    }
}
