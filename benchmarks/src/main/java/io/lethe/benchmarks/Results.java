package io.lethe.benchmarks;

import io.lethe.harness.Jdk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The table and the numbers behind it. Not thread-safe. */
final class Results {

    private static final String CSV_HEAD = "benchmark,jdk,variant,number,value,unit";

    private final Map<String, Row> rows = new LinkedHashMap<>();
    private final List<String> raw = new ArrayList<>();
    private final List<Jdk> jdks;

    Results(List<Jdk> jdks) {
        this.jdks = jdks;
    }

    /** A cell whose reach is a number. */
    void cell(String what, String reach, Jdk jdk, String text, boolean met) {
        row(what, reach).put(jdk, text, met);
    }

    /** A cell that only informs. */
    void cell(String what, Jdk jdk, String text) {
        row(what, "").put(jdk, text, null);
    }

    private Row row(String what, String reach) {
        return rows.computeIfAbsent(what, key -> new Row(what, reach));
    }

    void raw(String benchmark, Jdk jdk, String variant, int number, double value, String unit) {
        raw.add(String.join(
                ",",
                benchmark,
                Integer.toString(jdk.major()),
                variant,
                Integer.toString(number),
                format("%.3f", value),
                unit));
    }

    void write(Path directory, List<String> head) throws IOException {
        List<String> table = new ArrayList<>(head);
        StringBuilder title = new StringBuilder("| what | reach |");
        StringBuilder line = new StringBuilder("|---|---|");
        for (Jdk jdk : jdks) {
            title.append(" JDK ").append(jdk.major()).append(" |");
            line.append("---|");
        }
        table.add(title + " met? |");
        table.add(line + "---|");
        for (Row row : rows.values()) {
            table.add(row.markdown(jdks));
        }
        Files.createDirectories(directory);
        Files.write(directory.resolve("latest.md"), table);
        List<String> csv = new ArrayList<>(List.of(CSV_HEAD));
        csv.addAll(raw);
        Files.write(directory.resolve("latest.csv"), csv);
    }

    static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }

    /** One line of the table. */
    private static final class Row {

        private final String what;
        private final String reach;
        private final Map<Integer, String> cells = new TreeMap<>();
        private Boolean met;

        Row(String what, String reach) {
            this.what = what;
            this.reach = reach;
        }

        void put(Jdk jdk, String text, Boolean reached) {
            cells.put(jdk.major(), text);
            if (reached != null) {
                met = reached && (met == null || met);
            }
            System.out.println("  JDK " + jdk.major() + "  " + what + ": " + text
                    + (reached == null ? "" : reached ? "  (" + reach + ": met)" : "  (" + reach + ": NOT MET)"));
        }

        String markdown(List<Jdk> jdks) {
            StringBuilder line = new StringBuilder("| " + what + " | " + reach + " |");
            for (Jdk jdk : jdks) {
                line.append(' ').append(cells.getOrDefault(jdk.major(), "")).append(" |");
            }
            return line + (met == null ? "" : met ? " yes" : " **no**") + " |";
        }
    }
}
