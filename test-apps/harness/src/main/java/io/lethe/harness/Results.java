package io.lethe.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A table of what was measured, as {@code <name>.csv} and {@code <name>.json} in {@code lethe.results} (default
 * {@code target/results}). Written anew with each row, so that a run that is cut off leaves what it had. Every row has the
 * columns of the first. Thread-safe.
 */
public final class Results {

    private final Path directory = Path.of(System.getProperty("lethe.results", "target/results"));
    private final String name;
    private final List<Map<String, Object>> rows = new ArrayList<>();

    public Results(String name) {
        this.name = name;
    }

    /**
     * A row for one scan of a program: what it was, and behind that what was found.
     *
     * @param namesAndValues name, value, name, value, ...
     */
    public void scanned(App app, Residue residue, Object... namesAndValues) {
        List<Object> row = new ArrayList<>(Arrays.asList(namesAndValues));
        row.addAll(List.of("found", residue.total(), "collections", app.mustDo("collections")));
        row.addAll(List.of("MB", residue.bytes() >> 20, "unreadable", residue.unreadable(), "ms", residue.millis()));
        row.addAll(List.of("where", residue.counts()));
        row(row.toArray());
    }

    /** @param namesAndValues name, value, name, value, ... */
    public synchronized void row(Object... namesAndValues) {
        Map<String, Object> row = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            row.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        if (!rows.isEmpty() && !rows.get(0).keySet().equals(row.keySet())) {
            throw new IllegalArgumentException(
                    "other columns than " + rows.get(0).keySet() + ": " + row.keySet());
        }
        rows.add(row);
        write();
    }

    public synchronized int size() {
        return rows.size();
    }

    private void write() {
        List<String> csv = new ArrayList<>();
        List<String> json = new ArrayList<>();
        csv.add(String.join(",", rows.get(0).keySet()));
        for (Map<String, Object> row : rows) {
            List<String> members = new ArrayList<>();
            for (Map.Entry<String, Object> cell : row.entrySet()) {
                members.add(quoted(cell.getKey()) + ": " + json(cell.getValue()));
            }
            csv.add(line(row.values().toArray()));
            json.add("  {" + String.join(", ", members) + "}");
        }
        try {
            Files.createDirectories(directory);
            Files.write(directory.resolve(name + ".csv"), csv);
            Files.writeString(directory.resolve(name + ".json"), "[\n" + String.join(",\n", json) + "\n]\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A line of CSV. */
    static String line(Object... values) {
        List<String> cells = new ArrayList<>();
        for (Object value : values) {
            cells.add(csv(value));
        }
        return String.join(",", cells);
    }

    private static String csv(Object value) {
        String text = String.valueOf(value);
        return text.matches("[^,\"\n]*") ? text : "\"" + text.replace("\"", "\"\"") + "\"";
    }

    private static String json(Object value) {
        return value instanceof Number || value instanceof Boolean ? value.toString() : quoted(String.valueOf(value));
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
    }
}
