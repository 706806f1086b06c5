package io.lethe.cli;

import io.lethe.cli.scan.Finding;
import io.lethe.cli.scan.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A scan's report for people: a row for each secret, encoding and place, then a sentence. Stateless. */
final class ReportText {

    private static final double MEGABYTE = 1e6;

    private ReportText() {}

    static String of(Report report) {
        Table table = new Table("secret", "found as", "where", "count");
        for (String needle : report.needles()) {
            rows(table, report, needle);
        }
        double seconds = report.nanos() / 1e9;
        long megabytes = Math.round(report.bytes() / MEGABYTE);
        return table + "\n" + verdict(report) + " in " + report.subject() + ": " + megabytes + " MB in "
                + Math.round(seconds * 10) / 10.0 + " s"
                + (report.stopped() ? ", stopped meanwhile" : "") + ".\n" + caveats(report);
    }

    private static void rows(Table table, Report report, String needle) {
        Map<String, Integer> counts = new TreeMap<>();
        for (Finding f : report.findings()) {
            if (f.needle().equals(needle)) {
                String as = f.kind() == Finding.Kind.FRAGMENT ? "fragment, " + f.encoding() : f.encoding();
                counts.merge(as + "\t" + f.where(), 1, Integer::sum);
            }
        }
        if (counts.isEmpty()) {
            table.row(needle, "-", "-", "0");
        }
        for (Map.Entry<String, Integer> entry : counts.entrySet()) {
            int tab = entry.getKey().indexOf('\t');
            String as = entry.getKey().substring(0, tab);
            table.row(
                    needle,
                    as,
                    entry.getKey().substring(tab + 1),
                    entry.getValue().toString());
        }
    }

    private static String verdict(Report report) {
        if (report.clean()) {
            return "Nothing found";
        }
        List<String> found = new ArrayList<>();
        number(found, report.copies(), "copy", "copies");
        number(found, report.fragments(), "fragment", "fragments");
        number(found, report.derived(), "derived value", "derived values");
        return String.join(", ", found);
    }

    private static void number(List<String> to, int n, String one, String many) {
        if (n > 0) {
            to.add(n + " " + (n == 1 ? one : many));
        }
    }

    private static String caveats(Report report) {
        String text = "";
        if (report.unreadable() > 0) {
            text += "Not all of it: " + report.unreadable() + " bytes could not be read.\n";
        }
        if (!report.stopped() && report.subject().startsWith("process ")) {
            text += "The process ran on meanwhile: a secret that moved may have been missed.\n";
        }
        return text;
    }
}
