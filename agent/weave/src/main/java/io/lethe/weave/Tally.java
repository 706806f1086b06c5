package io.lethe.weave;

import java.util.List;

/** How many calls each call hook of a plan found: rewritten, and fitting but left alone. One thread. */
final class Tally {

    final List<CallHook> hooks;
    private final int[] done;
    private final int[] left;

    Tally(List<CallHook> hooks) {
        this.hooks = hooks;
        this.done = new int[hooks.size()];
        this.left = new int[hooks.size()];
    }

    void count(CallHook hook, boolean rewritten) {
        (rewritten ? done : left)[hooks.indexOf(hook)]++;
    }

    int done(int hook) {
        return done[hook];
    }

    int left(int hook) {
        return left[hook];
    }

    int done() {
        int sum = 0;
        for (int n : done) {
            sum += n;
        }
        return sum;
    }
}
