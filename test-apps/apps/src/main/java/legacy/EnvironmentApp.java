package legacy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import java.util.TreeSet;

/**
 * Configured by environment variables, as containers are: {@code DB_URL}, {@code DB_USER}, {@code DB_PASSWORD}, and
 * {@code DB_DRIVER}, a class to load first, as before JDBC 4. Connects once, prints {@code connected} or SQLState, class and whole message of
 * the exception on one line, and ends; with the argument {@code properties} it prints all system properties before that.
 */
public final class EnvironmentApp {

    private EnvironmentApp() {}

    public static void main(String[] args) throws ClassNotFoundException {
        if (System.getenv("DB_DRIVER") != null) {
            Class.forName(System.getenv("DB_DRIVER"));
        }
        String said = connect();
        if (args.length > 0 && args[0].equals("properties")) {
            properties();
        }
        System.out.println(said);
    }

    private static String connect() {
        try (Connection connection = DriverManager.getConnection(
                System.getenv("DB_URL"), System.getenv("DB_USER"), System.getenv("DB_PASSWORD"))) {
            return connection.isClosed() ? "closed" : "connected";
        } catch (SQLException e) {
            return e.getSQLState() + " " + e.getClass().getName() + " "
                    + String.valueOf(e.getMessage()).replace("\n", "\\n");
        }
    }

    private static void properties() {
        Properties all = System.getProperties();
        for (String name : new TreeSet<>(all.stringPropertyNames())) {
            System.out.println(name + "=" + all.getProperty(name).replace("\n", "\\n"));
        }
        System.out.println(all.size() + " in all");
    }
}
