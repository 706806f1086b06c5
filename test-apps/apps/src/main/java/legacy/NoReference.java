package legacy;

import java.lang.reflect.Method;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * Uses no database and no reference, and prints the same on every run: what an agent must not change. It exercises what
 * agents are known to disturb: reflection, stack traces, threads, system properties, charsets, the calls that Lethe
 * rewrites in drivers, and a non-zero exit code with a stack trace at the end.
 */
public final class NoReference {

    private NoReference() {}

    public static void main(String[] args) throws Exception {
        collections();
        reflection();
        threads();
        texts();
        properties();
        if (args.length > 0 && args[0].equals("quiet")) {
            return;
        }
        System.err.println("about to fail");
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> {
            System.err.println(thread.getName() + ": " + failure);
            for (StackTraceElement frame : failure.getStackTrace()) {
                System.err.println("  " + frame);
            }
            System.exit(3);
        });
        fail(3);
    }

    private static void collections() {
        Map<String, Integer> counts = new TreeMap<>();
        for (String word : "the water that makes forget the water".split(" ")) {
            counts.merge(word, 1, Integer::sum);
        }
        System.out.println(counts);
        Function<String, char[]> chars = String::toCharArray;
        System.out.println(Arrays.toString(chars.apply("lethe:orders-db")));
    }

    private static void reflection() throws Exception {
        List<String> names = new ArrayList<>();
        for (Method method : String.class.getDeclaredMethods()) {
            if (java.lang.reflect.Modifier.isPublic(method.getModifiers())) {
                names.add(method.getName() + method.getParameterCount());
            }
        }
        System.out.println(names.stream().sorted().distinct().collect(Collectors.joining(",")));
        System.out.println(
                PlainJdbc.class.getDeclaredMethods().length + " " + UnknownDriver.class.getDeclaredMethods().length
                        + " " + Arrays.toString(UnknownDriver.class.getInterfaces()));
        System.out.println(NoReference.class.getClassLoader() == ClassLoader.getSystemClassLoader());
    }

    private static void threads() throws Exception {
        StringBuilder said = new StringBuilder();
        Thread thread =
                new Thread(() -> said.append(Thread.currentThread().getName()).append(" ran"), "worker");
        thread.start();
        thread.join();
        System.out.println(said);
        System.out.println(Thread.currentThread().getName() + " "
                + Thread.currentThread().getThreadGroup().getName() + " "
                + (Thread.currentThread().getContextClassLoader() == NoReference.class.getClassLoader()));
    }

    private static void texts() throws Exception {
        byte[] digest = MessageDigest.getInstance("MD5").digest("Leth\u00e9".getBytes(StandardCharsets.UTF_8));
        System.out.println(Arrays.toString(digest));
        PBEKeySpec spec = new PBEKeySpec("pencil".toCharArray(), "salt".getBytes(StandardCharsets.US_ASCII), 4096, 256);
        byte[] key = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                .generateSecret(spec)
                .getEncoded();
        System.out.println(Arrays.toString(key));
        System.out.println(Charset.defaultCharset() + " " + String.format("%.3f", 1.5));
    }

    private static void properties() {
        Properties all = System.getProperties();
        System.out.println(all.stringPropertyNames().stream().sorted().collect(Collectors.joining(",")));
        System.out.println(System.getProperty("java.class.path").isEmpty());
    }

    private static void fail(int depth) {
        if (depth == 0) {
            throw new IllegalStateException("as planned");
        }
        fail(depth - 1);
    }
}
