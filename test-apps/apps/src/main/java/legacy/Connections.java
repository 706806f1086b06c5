package legacy;

import java.lang.reflect.InvocationTargetException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * What the JDBC programs have in common: {@code connect [N]} opens N connections one after another and keeps the last,
 * {@code threads N} opens N at once and keeps them, {@code query}, {@code cancel QUERY} runs a query that takes
 * long, written with _ for blanks, and cancels it, {@code timeout QUERY} lets the driver do that, {@code user TYPE NAME PASSWORD}
 * logs in as another one on the connection that is there, by the driver's own type, {@code close}, {@code config FILE} reads another configuration. Commands come
 * one at a time.
 */
final class Connections implements Console.Program {

    /** How this program opens a connection. */
    interface Opener {
        /** Reads a configuration; connections follow it from now on. */
        void configure(Properties config) throws Exception;

        Connection open() throws Exception;

        /** Who we are and where, in the dialect of the database. */
        default String query() {
            return "select current_user || ' ' || current_database()";
        }

        /** Closes what outlives single connections, such as a pool. */
        default void close() {}
    }

    private final Opener opener;
    private final List<Connection> open = new ArrayList<>();

    private Connections(Opener opener) {
        this.opener = opener;
    }

    /** Reads the configuration named by the first argument and serves until told to exit. */
    static void serve(String[] args, Opener opener) throws Exception {
        Connections connections = new Connections(opener);
        opener.configure(Config.load(args[0]));
        try {
            Console.serve(connections);
        } finally {
            connections.close();
        }
    }

    @Override
    public String run(String[] words) throws Exception {
        switch (words[0]) {
            case "connect":
                return connect(words.length > 1 ? Integer.parseInt(words[1]) : 1);
            case "threads":
                return threads(Integer.parseInt(words[1]));
            case "query":
                return query();
            case "cancel":
                return cancel(words[1]);
            case "timeout":
                return timeout(words[1]);
            case "user":
                return changeUser(words[1], words[2], words[3]);
            case "close":
                return close();
            case "config":
                return configure(words[1]);
            default:
                throw new IllegalArgumentException("unknown command " + words[0]);
        }
    }

    private String connect(int times) throws Exception {
        for (int i = 0; i < times; i++) {
            closeAll();
            open.add(opener.open());
        }
        return String.valueOf(times);
    }

    private String threads(int count) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(count);
        CountDownLatch together = new CountDownLatch(count);
        List<Future<Connection>> opening = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                opening.add(executor.submit((Callable<Connection>) () -> {
                    together.countDown();
                    together.await();
                    return opener.open();
                }));
            }
            for (Future<Connection> future : opening) {
                open.add(future.get());
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception ? (Exception) e.getCause() : e;
        } finally {
            executor.shutdown();
        }
        return String.valueOf(count);
    }

    private String query() throws SQLException {
        Connection connection = open.get(open.size() - 1);
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(opener.query())) {
            rows.next();
            return rows.getString(1);
        }
    }

    /** Returns how the query ended, which must be because it was cancelled. */
    private String cancel(String query) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(1);
        try (Statement statement = open.get(open.size() - 1).createStatement()) {
            Future<String> ended = executor.submit((Callable<String>) () -> {
                try (ResultSet rows = statement.executeQuery(query.replace('_', ' '))) {
                    rows.next();
                    return "result " + rows.getString(1);
                } catch (SQLException e) {
                    return Console.describe(e);
                }
            });
            // Whenever it begins: what is not running yet cannot be cancelled.
            while (!ended.isDone()) {
                statement.cancel();
                Thread.sleep(20);
            }
            return ended.get();
        } finally {
            executor.shutdown();
        }
    }

    /** Returns how the query ended, which must be because it took longer than a second. */
    private String timeout(String query) throws SQLException {
        try (Statement statement = open.get(open.size() - 1).createStatement()) {
            statement.setQueryTimeout(1);
            try (ResultSet rows = statement.executeQuery(query.replace('_', ' '))) {
                rows.next();
                return "result " + rows.getString(1);
            } catch (SQLException e) {
                return Console.describe(e);
            }
        }
    }

    /** What MySQL's drivers offer beside JDBC: another login on the last connection. */
    private String changeUser(String type, String user, String password) throws Exception {
        try {
            Class.forName(type)
                    .getMethod("changeUser", String.class, String.class)
                    .invoke(open.get(open.size() - 1), user, password);
            return query();
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof Exception ? (Exception) e.getCause() : e;
        }
    }

    private String configure(String file) throws Exception {
        close();
        opener.configure(Config.load(file));
        return "";
    }

    private String close() throws SQLException {
        closeAll();
        opener.close();
        return "";
    }

    private void closeAll() throws SQLException {
        for (Connection connection : open) {
            connection.close();
        }
        open.clear();
    }
}
