package legacy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;

/**
 * The line protocol by which a test drives a program: one command per line on standard input, one line of answer on
 * standard output, {@code ok ...} or {@code error SQLState class message}. End of input ends the program, so that none
 * outlives the test that started it.
 */
final class Console {

    /** What a program can be told to do. */
    interface Program {
        /** Carries out one command; what it returns follows {@code ok}. */
        String run(String[] words) throws Exception;
    }

    private Console() {}

    static void serve(Program program) throws IOException {
        PrintStream out = new PrintStream(System.out, true, "UTF-8");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        out.println("ok ready");
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.trim().split(" ");
            if (words[0].equals("exit")) {
                out.println("ok bye");
                return;
            }
            out.println(answer(program, words));
        }
    }

    private static String answer(Program program, String[] words) {
        try {
            String common = Memory.run(words);
            String said = common != null ? common : program.run(words);
            return said.isEmpty() ? "ok" : "ok " + said;
        } catch (Throwable failure) {
            return "error " + describe(failure);
        }
    }

    /** SQLState (or {@code -}), class and first line of the message. */
    static String describe(Throwable failure) {
        String state = failure instanceof SQLException ? ((SQLException) failure).getSQLState() : null;
        String message = String.valueOf(failure.getMessage());
        int end = message.indexOf('\n');
        return (state == null ? "-" : state) + " " + failure.getClass().getName() + " "
                + (end < 0 ? message : message.substring(0, end)).trim();
    }
}
