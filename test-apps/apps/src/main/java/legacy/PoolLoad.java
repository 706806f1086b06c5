package legacy;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/** Threads that take a connection, ask it one question and give it back, again and again, as those of a busy application do. */
final class PoolLoad {

    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(40);

    private final Callable<Connection> source;
    private final ClassLoader loader;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicReference<String> first = new AtomicReference<>("-");
    private volatile boolean ended;

    PoolLoad(Callable<Connection> source, ClassLoader loader) {
        this.source = source;
        this.loader = loader;
    }

    void start(int count) {
        for (int i = 0; i < count; i++) {
            Thread thread = new Thread(new Runnable() {
                @Override
                public void run() {
                    ask();
                }
            });
            thread.setDaemon(true);
            thread.setContextClassLoader(loader);
            threads.add(thread);
            thread.start();
        }
    }

    private void ask() {
        while (!ended) {
            try (Connection connection = source.call();
                    Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("select 1")) {
                rows.next();
                answered.incrementAndGet();
                think();
            } catch (Exception e) {
                failed.incrementAndGet();
                first.compareAndSet("-", Console.describe(e));
                think();
            }
        }
    }

    /** As long as what an application does with a row. */
    private static void think() {
        LockSupport.parkNanos(PAUSE);
    }

    /** Ends it; {@code ANSWERED FAILED} and how the first one failed. */
    String end() throws InterruptedException {
        ended = true;
        for (Thread thread : threads) {
            thread.join();
        }
        return answered + " " + failed + " " + first;
    }
}
