package io.lethe.broker;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A few daemon threads of the agent's own, on which brokers run: an application's interrupt, context class loader,
 * access control context or inheritable thread-locals must not reach them.
 *
 * <p>Loaded by the agent loader. The {@link Thread} objects are made by the constructor and started when first needed:
 * a thread takes over class loader, access control context and thread-locals of the thread that <em>constructs</em> it,
 * so this object is to be made before the application runs. Thread-safe. A failing task ends the task only.
 */
final class AgentThreads {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final Deque<Runnable> queue = new ArrayDeque<>();
    private final Thread[] threads;
    private int started;
    private int idle;
    private boolean closed;

    AgentThreads(String name, int count) {
        threads = new Thread[count];
        for (int i = 0; i < count; i++) {
            Thread thread = new Thread(this::loop, name + "-" + (i + 1));
            thread.setDaemon(true);
            thread.setContextClassLoader(null);
            threads[i] = thread;
        }
    }

    /** Runs the task soon; in order, where all threads are busy. */
    void run(Runnable task) {
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("closed");
            }
            queue.add(task);
            if (queue.size() > idle && started < threads.length) {
                threads[started++].start();
            } else {
                work.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Lets what is queued finish and then the threads end. */
    void close() {
        lock.lock();
        try {
            closed = true;
            work.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void loop() {
        Runnable task = next();
        while (task != null) {
            try {
                task.run();
            } catch (Throwable t) {
                // Tasks report their own failures; what still gets here must not cost the thread.
                task = null;
            }
            task = next();
        }
    }

    private @Nullable Runnable next() {
        lock.lock();
        try {
            idle++;
            while (queue.isEmpty() && !closed) {
                work.awaitUninterruptibly();
            }
            idle--;
            return queue.poll();
        } finally {
            lock.unlock();
        }
    }
}
