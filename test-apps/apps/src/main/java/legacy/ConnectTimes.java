package legacy;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Random;

/**
 * A program with a stopwatch. Keys: {@code url}, {@code user}, {@code password}. {@code first}: the first connect's wall
 * and CPU time; {@code connects N}, {@code statements N}: each one's time, all in nanoseconds; {@code used}: live heap and
 * metaspace in bytes; {@code pressure on|off}: a thread that allocates; {@code fill MB}: that much random live heap.
 */
public final class ConnectTimes implements Console.Program {

    private static final int COLLECTIONS = 3;
    private static final int CHUNK = 16 * 1024;
    private static final int MEGABYTE = 1 << 20;

    /** Keeps the compiler from dropping the allocations. */
    private static volatile byte[] sink;

    private final OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private final List<byte[]> filled = new ArrayList<>();
    private final Properties config;
    private volatile boolean pressed;

    private ConnectTimes(Properties config) {
        this.config = config;
    }

    public static void main(String[] args) throws Exception {
        ConnectTimes times = new ConnectTimes(Config.load(args[0]));
        times.system.getProcessCpuTime();
        Console.serve(times);
    }

    @Override
    public String run(String[] words) throws Exception {
        switch (words[0]) {
            case "first":
                return first();
            case "connects":
                return connects(Integer.parseInt(words[1]));
            case "statements":
                return statements(Integer.parseInt(words[1]));
            case "used":
                return used();
            case "pressure":
                return pressure(words[1].equals("on"));
            case "fill":
                return fill(Integer.parseInt(words[1]));
            default:
                throw new IllegalArgumentException("unknown command " + words[0]);
        }
    }

    private String first() throws SQLException {
        long cpu = system.getProcessCpuTime();
        long wall = System.nanoTime();
        open().close();
        wall = System.nanoTime() - wall;
        return wall + " " + (system.getProcessCpuTime() - cpu);
    }

    private String connects(int count) throws SQLException {
        StringBuilder times = new StringBuilder();
        for (int i = 0; i < count; i++) {
            long began = System.nanoTime();
            Connection connection = open();
            times.append(System.nanoTime() - began).append(' ');
            connection.close();
        }
        return times.toString().trim();
    }

    private String statements(int count) throws SQLException {
        StringBuilder times = new StringBuilder();
        try (Connection connection = open();
                Statement statement = connection.createStatement()) {
            for (int i = 0; i < count; i++) {
                long began = System.nanoTime();
                try (ResultSet rows = statement.executeQuery("select 1")) {
                    rows.next();
                    rows.getInt(1);
                }
                times.append(System.nanoTime() - began).append(' ');
            }
        }
        return times.toString().trim();
    }

    private Connection open() throws SQLException {
        Properties info = new Properties();
        info.setProperty("user", config.getProperty("user"));
        info.setProperty("password", config.getProperty("password"));
        return DriverManager.getConnection(config.getProperty("url"), info);
    }

    private static String used() {
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
        }
        long metaspace = 0;
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            // The class space is counted in it.
            if (pool.getName().equals("Metaspace")) {
                metaspace = pool.getUsage().getUsed();
            }
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() + " " + metaspace;
    }

    private String pressure(boolean on) {
        if (on && !pressed) {
            Thread thread = new Thread(
                    () -> {
                        while (pressed) {
                            sink = new byte[CHUNK];
                        }
                    },
                    "pressure");
            thread.setDaemon(true);
            pressed = true;
            thread.start();
        }
        pressed = on;
        return "";
    }

    private String fill(int megabytes) {
        Random random = new Random(megabytes);
        for (int i = 0; i < megabytes; i++) {
            byte[] bytes = new byte[MEGABYTE - CHUNK];
            random.nextBytes(bytes);
            filled.add(bytes);
        }
        return String.valueOf(filled.size());
    }
}
