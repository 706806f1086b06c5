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
 * README's support tables, made from the rows that residue tests wrote and never by hand. {@code main}
 * takes a CSV file and README and writes the table into README; a test fails where the two differ.
 */
public final class SupportTable {

    private static final String WITHOUT = "without Lethe";

    private static final String COLLECTORS = "Collectors";
    private static final String CREDENTIALS = "Credentials";
    private static final String CONNECTION = "that one connection leaves";
    private static final String CONNECTIONS = "that one connection to each before leaves";
    private static final String REQUEST = "that one request leaves";

    /** What is taken from a kind of results, which its CSV's second column names; numbers are those of the columns. */
    private enum Kind {
        JDBC("pgjdbc", "support table", "| pgjdbc | authentication |", 4, 5, 7, CONNECTION, COLLECTORS, 2),
        MARIADB(
                "mariadb",
                "MariaDB support table",
                "| MariaDB Connector/J | authentication |",
                4,
                5,
                7,
                CONNECTION,
                COLLECTORS,
                2),
        MYSQL(
                "mysql",
                "MySQL support table",
                "| MySQL Connector/J | authentication |",
                4,
                5,
                7,
                CONNECTION,
                COLLECTORS,
                2),
        H2("h2", "H2 support table", "| H2 | way |", 2, 4, 6, CONNECTIONS, COLLECTORS, 3),
        HSQLDB("hsqldb", "HSQLDB support table", "| HSQLDB | way |", 2, 4, 6, CONNECTIONS, COLLECTORS, 3),
        DERBY("derby", "Derby support table", "| Derby's client | way |", 2, 4, 6, CONNECTION, COLLECTORS, 3),
        POOLS(
                "pool",
                "pool support table",
                "| pool or data source | pgjdbc |",
                2,
                3,
                4,
                "of its own password",
                "Scanned when",
                3),
        HTTP("client", "HTTP support table", "| HTTP client | protocol |", 2, 4, 6, REQUEST, CREDENTIALS, 3),
        INHERITED("library", "inherited support table", "| library | protocol |", 2, 4, 6, REQUEST, CREDENTIALS, 3);

        private static final int FIRST = 1;

        private final String column;
        private final String begin;
        private final String end;
        private final String head;
        private final int second;
        private final int scenario;
        private final int found;
        private final String control;
        private final String note;
        private final int noted;

        Kind(
                String column,
                String place,
                String head,
                int second,
                int scenario,
                int found,
                String control,
                String note,
                int noted) {
            this.column = column;
            this.begin = "<!-- " + place + " -->";
            this.end = "<!-- end of " + place + " -->";
            this.head = head;
            this.second = second;
            this.scenario = scenario;
            this.found = found;
            this.control = control;
            this.note = note;
            this.noted = noted;
        }

        static Kind of(String header) {
            String column = header.split(",")[FIRST];
            for (Kind kind : values()) {
                if (kind.column.equals(column)) {
                    return kind;
                }
            }
            throw new IllegalArgumentException("no table is made of " + header);
        }
    }

    private final Kind kind;

    private final Map<String, Cell> cells = new TreeMap<>();
    private final Set<Integer> jdks = new TreeSet<>();
    private final Set<String> rows = new TreeSet<>(SupportTable::byVersion);
    private final Set<String> noted = new TreeSet<>();

    private SupportTable(List<String> csv) {
        kind = Kind.of(csv.get(0));
        for (String line : csv.subList(1, csv.size())) {
            String[] columns = line.split(",", 9);
            int jdk = Integer.parseInt(columns[0]);
            String row = columns[Kind.FIRST] + " | " + columns[kind.second];
            jdks.add(jdk);
            rows.add(row);
            if (!columns[kind.noted].equals(WITHOUT)) {
                noted.add(columns[kind.noted]);
            }
            cells.computeIfAbsent(row + " " + jdk, key -> new Cell())
                    .add(columns[kind.scenario].equals(WITHOUT), Integer.parseInt(columns[kind.found]));
        }
    }

    public static void main(String[] args) throws IOException {
        Path readme = Path.of(args[1]);
        Files.writeString(readme, in(Files.readString(readme), Files.readAllLines(Path.of(args[0]))));
    }

    /** README with the table that these rows make. */
    static String in(String readme, List<String> csv) {
        Kind kind = Kind.of(csv.get(0));
        int begin = readme.indexOf(kind.begin) + kind.begin.length();
        int end = readme.indexOf(kind.end);
        if (begin < kind.begin.length() || end < begin) {
            throw new IllegalArgumentException("README has no place between " + kind.begin + " and " + kind.end);
        }
        return readme.substring(0, begin) + "\n\n" + new SupportTable(csv).markdown() + "\n" + readme.substring(end);
    }

    private String markdown() {
        List<String> lines = new ArrayList<>();
        StringBuilder head = new StringBuilder(kind.head);
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
        lines.add("Each cell: copies found under Lethe in all scans / number of scans (copies " + kind.control
                + " without");
        lines.add("Lethe, in the same run). " + kind.note + ": " + String.join(", ", noted) + ".");
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
