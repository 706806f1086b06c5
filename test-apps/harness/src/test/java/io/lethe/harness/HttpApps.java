package io.lethe.harness;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** One running program for each row, that serves all cases of a test class one after another. Not thread-safe. */
final class HttpApps implements AutoCloseable {

    private final Map<HttpRow, App> running = new HashMap<>();
    private final Function<HttpRow, Program> programs;

    HttpApps(Function<HttpRow, Program> programs) {
        this.programs = programs;
    }

    /** Its program, with this configuration from now on. */
    App of(HttpRow row, HttpConfig config) {
        App app = running.get(row);
        if (app == null) {
            app = programs.apply(row).config(config.values()).start();
            running.put(row, app);
        } else {
            configure(app, config);
        }
        return app;
    }

    static void configure(App app, HttpConfig config) {
        app.mustDo("config " + Program.propertiesFile(config.values()));
    }

    /** What all of them printed. */
    List<String> printed() {
        List<String> all = new ArrayList<>();
        running.values().forEach(app -> all.add(app.out() + app.err()));
        return all;
    }

    @Override
    public void close() {
        running.values().forEach(App::close);
    }
}
