package legacy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.util.Properties;

/**
 * {@code DriverManager} and nothing else. Keys: {@code url}; {@code user} and {@code password} (absent where the URL holds
 * them); {@code style}: {@code properties} (default), {@code arguments} or {@code url}; {@code option.*} go to the driver;
 * {@code driver}: a class to load first, as before JDBC 4; {@code query}: what {@code query} asks; {@code loginTimeout} in seconds.
 */
public final class PlainJdbc implements Connections.Opener {

    private Properties config = new Properties();

    public static void main(String[] args) throws Exception {
        Connections.serve(args, new PlainJdbc());
    }

    @Override
    public void configure(Properties read) throws Exception {
        config = read;
        if (config.getProperty("driver") != null) {
            Class.forName(config.getProperty("driver"));
        }
        DriverManager.setLoginTimeout(Integer.parseInt(config.getProperty("loginTimeout", "0")));
    }

    @Override
    public String query() {
        return config.getProperty("query", Connections.Opener.super.query());
    }

    @Override
    public Connection open() throws Exception {
        String url = config.getProperty("url");
        String user = config.getProperty("user");
        String password = config.getProperty("password");
        switch (config.getProperty("style", "properties")) {
            case "url":
                return DriverManager.getConnection(url);
            case "arguments":
                return DriverManager.getConnection(url, user, password);
            case "properties":
                Properties info = Config.under("option.", config);
                if (user != null) {
                    info.setProperty("user", user);
                }
                if (password != null) {
                    info.setProperty("password", password);
                }
                return DriverManager.getConnection(url, info);
            default:
                throw new IllegalArgumentException("unknown style " + config.getProperty("style"));
        }
    }
}
