package io.lethe.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * README's table of what rotations and a revocation do to pools, made from the rows that RotationIT wrote and never by hand.
 * {@code main} takes README and the folder of the CSV files and writes the table there; a test fails where the two differ.
 */
public final class RotationTable {

    private static final String BEGIN = "<!-- rotation table -->";
    private static final String END = "<!-- end of rotation table -->";
    private static final String HEAD = "| JDK | pool | driver | rotations | queries | failed | old connections left"
            + " | last idle closed after | last busy closed after |\n|---|---|---|---|---|---|---|---|---|\n";
    private static final int COLUMNS = 9;

    private RotationTable() {}

    public static void main(String[] args) throws IOException {
        Path page = Path.of(args[0]);
        Files.writeString(page, in(Files.readString(page), rows(Path.of(args[1]))));
    }

    /** Those of all servers, which have a file each. */
    static List<String> rows(Path results) throws IOException {
        List<String> rows = new ArrayList<>();
        for (String file : List.of("rotation.csv", "rotation-mariadb.csv")) {
            List<String> lines = Files.readAllLines(results.resolve(file));
            rows.addAll(lines.subList(1, lines.size()));
        }
        return rows;
    }

    /** The page with the table that these rows make. */
    static String in(String page, List<String> rows) {
        int begin = page.indexOf(BEGIN) + BEGIN.length();
        int end = page.indexOf(END);
        if (begin < BEGIN.length() || end < begin) {
            throw new IllegalArgumentException("the page has no place between " + BEGIN + " and " + END);
        }
        StringBuilder table = new StringBuilder(HEAD);
        for (String line : rows) {
            String[] cells = line.split(",", COLUMNS);
            for (int i = COLUMNS - 2; i < COLUMNS; i++) {
                cells[i] = cells[i].equals("-") ? "not within a minute" : cells[i] + " s";
            }
            table.append("| ").append(String.join(" | ", cells)).append(" |\n");
        }
        return page.substring(0, begin) + "\n\n" + table + "\n" + page.substring(end);
    }
}
