package io.lethe.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * README's support table, made from the rows that PostgresResidueIT wrote and never by hand. {@code main} takes the CSV file
 * and README and writes the table into README; a test fails where the two differ.
 */
public final class SupportTable {

    private static final String BEGIN = "<!-- support table -->";
    private static final String END = "<!-- end of support table -->";
    private static final String WITHOUT = "without Lethe";

    private final Map<String, Cell> cells = new TreeMap<>();
    private final Set<Integer> jdks = new TreeSet<>();
    private final Set<String> rows = new TreeSet<>(SupportTable::byVersion);
    private final Set<String> collectors = new TreeSet<>();

    private SupportTable(List<String> csv) {
        for (String line : csv.subList(1, csv.size())) {
            String[] columns = line.split(",", 9);
            int jdk = Integer.parseInt(columns[0]);
            String row = columns[1] + " | " + columns[4];
            jdks.add(jdk);
            rows.add(row);
            collectors.add(columns[2]);
            cells.computeIfAbsent(row + " " + jdk, key -> new Cell())
                    .add(columns[5].equals(WITHOUT), Integer.parseInt(columns[7]));
        }
    }

    public static void main(String[] args) throws IOException {
        Path readme = Path.of(args[1]);
        Files.writeString(readme, in(Files.readString(readme), Files.readAllLines(Path.of(args[0]))));
    }

    /** README with the table that these rows make. */
    static String in(String readme, List<String> csv) {
        int begin = readme.indexOf(BEGIN) + BEGIN.length();
        int end = readme.indexOf(END);
        if (begin < BEGIN.length() || end < begin) {
            throw new IllegalArgumentException("README has no place for the support table");
        }
        return readme.substring(0, begin) + "\n\n" + new SupportTable(csv).markdown() + "\n" + readme.substring(end);
    }

    private String markdown() {
        List<String> lines = new ArrayList<>();
        StringBuilder head = new StringBuilder("| pgjdbc | authentication |");
        StringBuilder rule = new StringBuilder("|---|---|");
        for (int jdk : jdks) {
            head.append(" JDK ").append(jdk).append(" |");
            rule.append("---|");
        }
        lines.add(head.toString());
        lines.add(rule.toString());
        for (String row : rows) {
            StringBuilder line = new StringBuilder("| ").append(row).append(" |");
            for (int jdk : jdks) {
                Cell cell = cells.get(row + " " + jdk);
                line.append(' ').append(cell == null ? "not run" : cell).append(" |");
            }
            lines.add(line.toString());
        }
        lines.add("");
        lines.add(
                "Each cell: copies found under Lethe in all scans / number of scans (copies that one connection leaves without");
        lines.add("Lethe, in the same run). Collectors: " + String.join(", ", collectors) + ".");
        return String.join("\n", lines) + "\n";
    }

    private static int byVersion(String a, String b) {
        String[] left = a.split("[. ]+");
        String[] right = b.split("[. ]+");
        for (int i = 0; i < Math.min(left.length, right.length); i++) {
            boolean numbers = left[i].matches("\\d+") && right[i].matches("\\d+");
            int order = numbers
                    ? Integer.compare(Integer.parseInt(left[i]), Integer.parseInt(right[i]))
                    : left[i].compareTo(right[i]);
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(left.length, right.length);
    }

    private static final class Cell {
        private int scans;
        private int found;
        private int least = Integer.MAX_VALUE;
        private int most;

        void add(boolean control, int copies) {
            if (control) {
                least = Math.min(least, copies);
                most = Math.max(most, copies);
            } else {
                scans++;
                found += copies;
            }
        }

        @Override
        public String toString() {
            return found + " / " + scans + " (" + (least == most ? "" + most : least + " to " + most) + ")";
        }
    }
}
