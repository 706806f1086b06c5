package io.lethe.premain;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;

/**
 * Where {@code java -jar lethe.jar} begins: hands over to {@code io.lethe.cli.Main} in a loader of its own. Standard input is
 * handed on raw, because the buffer behind {@code System.in} would keep the secrets that pass through it.
 *
 * <p>Loaded by the system loader. Exits 3 where the command line itself cannot be loaded.
 */
public final class Main {

    private Main() {}

    /** Runs one command and exits with its code. */
    public static void main(String[] args) throws Exception {
        int code;
        try {
            code = (Integer) AgentLoader.openWhole()
                    .loadClass("io.lethe.cli.Main")
                    .getMethod("run", String[].class, InputStream.class, PrintStream.class, PrintStream.class)
                    .invoke(null, args, new FileInputStream(FileDescriptor.in), System.out, System.err);
        } catch (InvocationTargetException e) {
            System.err.println("lethe: " + e.getCause());
            code = 3;
        }
        System.exit(code);
    }
}
