package io.lethe.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * SECURITY.md's table of what each adversary tried and got, made from the rows that RedTeamIT wrote and never by hand.
 * {@code main} takes a CSV file and SECURITY.md and writes the table there; a test fails where the two differ.
 */
public final class RedTeamTable {

    private static final String BEGIN = "<!-- red team -->";
    private static final String END = "<!-- end of red team -->";

    /** A cell, quoted where it holds a comma or a quote. */
    private static final Pattern CELL = Pattern.compile("\"((?:[^\"]|\"\")*)\"(?:,|$)|([^,]*)(?:,|$)");

    private RedTeamTable() {}

    public static void main(String[] args) throws IOException {
        Path page = Path.of(args[1]);
        Files.writeString(page, in(Files.readString(page), Files.readAllLines(Path.of(args[0]))));
    }

    /** The page with the table that these rows make. */
    static String in(String page, List<String> csv) {
        int begin = page.indexOf(BEGIN) + BEGIN.length();
        int end = page.indexOf(END);
        if (begin < BEGIN.length() || end < begin) {
            throw new IllegalArgumentException("the page has no place between " + BEGIN + " and " + END);
        }
        StringBuilder table = new StringBuilder();
        for (int i = 0; i < csv.size(); i++) {
            table.append("| ").append(String.join(" | ", cells(csv.get(i)))).append(" |\n");
            table.append(i == 0 ? "|---|---|---|\n" : "");
        }
        return page.substring(0, begin) + "\n\n" + table + "\n" + page.substring(end);
    }

    private static List<String> cells(String line) {
        List<String> cells = new ArrayList<>();
        Matcher cell = CELL.matcher(line);
        int at = 0;
        while (at < line.length() && cell.find(at)) {
            String quoted = cell.group(1);
            cells.add((quoted == null ? cell.group(2) : quoted.replace("\"\"", "\"")).replace("|", "\\|"));
            at = cell.end();
        }
        return cells;
    }
}
