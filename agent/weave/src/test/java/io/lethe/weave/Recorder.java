package io.lethe.weave;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes down what it sees; changes what a test sets. */
class Recorder implements Scope {

    final List<String> seen = new ArrayList<>();

    @Nullable
    Object instead;

    boolean rescues;

    @Nullable
    Object rescued;

    @Nullable
    Throwable refuses;

    @Override
    public Object[] enter(Object[] arguments) throws Throwable {
        seen.add("enter " + Arrays.deepToString(Arrays.copyOfRange(arguments, 1, arguments.length)));
        if (refuses != null) {
            throw refuses;
        }
        if (instead != null) {
            arguments[arguments.length - 1] = instead;
        }
        return arguments;
    }

    @Override
    public void returned() {
        seen.add("returned");
    }

    @Override
    public Object @Nullable [] failed(Throwable thrown) {
        seen.add("failed " + thrown);
        return rescues ? new Object[] {rescued} : null;
    }
}
