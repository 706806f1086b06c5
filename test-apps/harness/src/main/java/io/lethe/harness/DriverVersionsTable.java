package io.lethe.harness;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** README's table of all published versions of all drivers, in ranges of one outcome, made from {@code driver-versions.csv}. */
final class DriverVersionsTable {

    private static final String BEGIN = "<!-- driver versions -->";
    private static final String END = "<!-- end of driver versions -->";

    private DriverVersionsTable() {}

    /** The page with the table that these make, which are sorted by driver and version. */
    static String in(String page, List<DriverPrint> prints) {
        int begin = page.indexOf(BEGIN) + BEGIN.length();
        int end = page.indexOf(END);
        if (begin < BEGIN.length() || end < begin) {
            throw new IllegalArgumentException("the page has no place between " + BEGIN + " and " + END);
        }
        StringBuilder table = new StringBuilder(
                "| driver | published versions | outcome | missing in the last of them | connected with in tests |\n|---|---|---|---|---|\n");
        for (List<DriverPrint> range : ranges(prints)) {
            DriverPrint last = range.get(range.size() - 1);
            table.append("| ").append(last.driver().driver).append(" | ").append(versions(range));
            table.append(" | ").append(last.outcome()).append(" | ").append(missing(last.missing()));
            List<String> live = range.stream()
                    .filter(DriverPrint::connected)
                    .map(DriverPrint::version)
                    .toList();
            table.append(" | ").append(live.isEmpty() ? "none: fingerprint only" : String.join(", ", live));
            table.append(live.isEmpty() || live.size() == range.size() ? " |\n" : "; the others: fingerprint only |\n");
        }
        return page.substring(0, begin) + "\n\n" + table + "\n" + page.substring(end);
    }

    private static List<List<DriverPrint>> ranges(List<DriverPrint> prints) {
        Map<String, List<DriverPrint>> open = new LinkedHashMap<>();
        List<List<DriverPrint>> ranges = new ArrayList<>();
        for (DriverPrint print : prints) {
            // Those for an older Java are versions of their own, beside the others.
            String line = print.driver() + " " + java(print.version());
            List<DriverPrint> range = open.get(line);
            if (range == null || !range.get(0).outcome().equals(print.outcome())) {
                range = new ArrayList<>();
                ranges.add(range);
                open.put(line, range);
            }
            range.add(print);
        }
        return ranges;
    }

    private static String java(String version) {
        return version.replaceAll("^.*?(\\.jre\\d|-jdk\\d)?$", "$1");
    }

    private static String versions(List<DriverPrint> range) {
        String first = range.get(0).version();
        String last = range.get(range.size() - 1).version();
        return range.size() == 1 ? first : first + " to " + last + " (" + range.size() + ")";
    }

    /** The classes, each once, without their packages: the CSV has the rest. */
    private static String missing(String missing) {
        if (missing.isEmpty()) {
            return "";
        }
        Map<String, String> classes = new TreeMap<>();
        for (String part : missing.split("; ")) {
            String name = part.split("[: ]")[0];
            if (name.matches("[a-z0-9_.]+\\.[A-Z]\\w*")) {
                classes.put(name, "`" + name.substring(name.lastIndexOf('.') + 1) + "`");
            }
        }
        return classes.isEmpty() ? missing : String.join(", ", classes.values());
    }
}
