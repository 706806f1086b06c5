package legacy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * What the HTTP programs have in common. {@code get [N [URL]]} sends N requests one after another with the same client, the
 * URL being a key of the configuration (default {@code url}); {@code threads N [URL]} sends N at once; {@code begin URL} starts one
 * and does not wait, {@code cancel} aborts it in the client's own way and waits for its end; {@code config FILE} reads another
 * configuration, {@code close} closes the client; {@code times N THREADS [URL]} sends N on each of so many threads and answers
 * with times, see {@link Stopwatch}. Else the answer is status and body, which must be the same for all requests of a
 * command. Commands come one at a time.
 */
final class Requests implements Console.Program {

    /** How this program's client library sends requests. Made anew by each {@code config}. */
    interface Sender {
        /** Makes the client that all requests share from now on. */
        void open(HttpSettings settings) throws Exception;

        /** Sends and reads the whole answer; any thread. Returns {@link HttpCall#answer}. */
        String send(HttpCall call) throws Exception;

        /** Closes the client. */
        default void close() throws Exception {}
    }

    private final Sender sender;
    private HttpSettings settings;
    private ExecutorService background;
    private HttpCall begun;
    private Future<String> ending;

    private Requests(Sender sender) {
        this.sender = sender;
    }

    /** Reads the configuration named by the first argument and serves until told to exit. */
    static void serve(String[] args, Sender sender) throws Exception {
        Requests requests = new Requests(sender);
        requests.configure(args[0]);
        try {
            Console.serve(requests);
        } finally {
            requests.close();
        }
        // Some clients leave threads behind that would keep the JVM; a program like this ends all the same.
        System.exit(0);
    }

    @Override
    public String run(String[] words) throws Exception {
        switch (words[0]) {
            case "get":
                return get(words.length > 1 ? Integer.parseInt(words[1]) : 1, words.length > 2 ? words[2] : "url");
            case "threads":
                return threads(Integer.parseInt(words[1]), words.length > 2 ? words[2] : "url");
            case "times":
                return times(
                        Integer.parseInt(words[1]), Integer.parseInt(words[2]), words.length > 3 ? words[3] : "url");
            case "begin":
                return begin(words[1]);
            case "cancel":
                return cancel();
            case "config":
                close();
                return configure(words[1]);
            case "close":
                return close();
            default:
                throw new IllegalArgumentException("unknown command " + words[0]);
        }
    }

    private String configure(String file) throws Exception {
        settings = new HttpSettings(Config.load(file));
        sender.open(settings);
        return "";
    }

    private String close() throws Exception {
        sender.close();
        return "";
    }

    private HttpCall call(String url) throws Exception {
        return new HttpCall(settings.url(url), settings.headers, settings.form());
    }

    private String get(int times, String url) throws Exception {
        List<String> answers = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            answers.add(sender.send(call(url)));
        }
        return same(answers);
    }

    private String threads(int count, String url) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(count);
        CountDownLatch together = new CountDownLatch(count);
        List<Future<String>> sending = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                sending.add(executor.submit((Callable<String>) () -> {
                    together.countDown();
                    together.await();
                    return sender.send(call(url));
                }));
            }
            List<String> answers = new ArrayList<>();
            for (Future<String> each : sending) {
                answers.add(result(each));
            }
            return same(answers);
        } finally {
            executor.shutdown();
        }
    }

    private String times(int times, int threads, String url) throws Exception {
        return new Stopwatch().times(times, threads, () -> {
            String answer = sender.send(call(url));
            if (!answer.startsWith("200 ")) {
                throw new IllegalStateException(answer);
            }
            return answer;
        });
    }

    private static String same(List<String> answers) {
        for (String answer : answers) {
            if (!answer.equals(answers.get(0))) {
                throw new IllegalStateException("one answer is " + answers.get(0) + ", another " + answer);
            }
        }
        return answers.get(0);
    }

    private String begin(String url) throws Exception {
        HttpCall call = call(url);
        background = Executors.newSingleThreadExecutor();
        ending = background.submit((Callable<String>) () -> sender.send(call));
        begun = call;
        return "";
    }

    /** How the request that was begun ended: with an answer after all, or with which exception. */
    private String cancel() throws Exception {
        begun.cancel();
        try {
            return result(ending);
        } catch (Exception e) {
            return "cancelled " + Console.describe(e);
        } finally {
            background.shutdown();
        }
    }

    private static String result(Future<String> sending) throws Exception {
        try {
            return sending.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception ? (Exception) e.getCause() : e;
        }
    }
}
