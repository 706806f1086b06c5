package io.lethe.harness;

import io.lethe.cli.scan.Finding;
import io.lethe.cli.scan.Needle;
import io.lethe.cli.scan.Report;
import io.lethe.cli.scan.ScanException;
import io.lethe.cli.scan.Scanner;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Counts copies of secrets in the whole memory of another process, which stands still meanwhile: the scanner of
 * {@code lethe scan}, so that what tests claim is what an operator can check. Stateless.
 */
public final class MemoryScan {

    private MemoryScan() {}

    /** Fails where the process could not be stopped or read: then a zero would mean nothing. */
    public static Residue scan(long pid, Wanted wanted) {
        return with(wanted, needles -> {
            Report report = Scanner.scanProcess(pid, needles);
            if (!report.stopped()) {
                throw new IllegalStateException(
                        "process " + pid + " could not be stopped: it may have moved a secret past us");
            }
            return report;
        });
    }

    /** The same in a file, such as a dump. */
    public static Residue scan(Path file, Wanted wanted) {
        return with(wanted, needles -> Scanner.scanFile(file, needles));
    }

    private interface Scan {
        Report of(List<Needle> needles) throws ScanException;
    }

    private static Residue with(Wanted wanted, Scan scan) {
        List<Needle> needles = new ArrayList<>();
        wanted.secrets().forEach((name, value) -> needles.add(Needle.secret(name, value)));
        wanted.derived().forEach((name, value) -> needles.add(Needle.derived(name, value)));
        try {
            Report report = scan.of(needles);
            return new Residue(counts(report), report.bytes(), report.unreadable(), report.nanos() / 1_000_000);
        } catch (ScanException e) {
            throw new IllegalStateException(e.getMessage(), e);
        } finally {
            needles.forEach(Needle::close);
        }
    }

    private static Map<String, Integer> counts(Report report) {
        Map<String, Integer> counts = new TreeMap<>();
        for (Finding finding : report.findings()) {
            String part = finding.kind() == Finding.Kind.FRAGMENT ? " part of " + finding.length() + " bytes" : "";
            counts.merge(finding.needle() + "/" + finding.encoding() + part + " @" + finding.where(), 1, Integer::sum);
        }
        return counts;
    }
}
