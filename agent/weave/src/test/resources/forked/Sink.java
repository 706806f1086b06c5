package app;

import java.util.function.Function;

/** Woven by the test's agent. */
public final class Sink implements Runnable {

    @Override
    public void run() {
        System.out.println(send("a", 1));
        System.out.println(send("b", 0));
        System.out.println(length("ask") + " " + length("four"));
        Function<String, String> trim = String::trim;
        System.out.println("[" + trim.apply(" t ") + "]");
    }

    private String send(String text, int divisor) {
        if (1 / divisor > 0) {
            return text.concat("c");
        }
        return "never";
    }

    private static long length(String text) {
        return text.length();
    }
}
