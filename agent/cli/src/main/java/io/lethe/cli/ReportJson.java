package io.lethe.cli;

import io.lethe.broker.json.Json;
import io.lethe.cli.scan.Finding;
import io.lethe.cli.scan.Report;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A scan's report for programs: totals, then each finding with its address. Stateless. */
final class ReportJson {

    private ReportJson() {}

    static byte[] of(Report report) {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("subject", report.subject());
        root.put("residue", !report.clean());
        root.put("copies", report.copies());
        root.put("fragments", report.fragments());
        root.put("derived", report.derived());
        root.put("bytes", report.bytes());
        root.put("unreadable", report.unreadable());
        root.put("stopped", report.stopped());
        root.put("millis", report.nanos() / 1_000_000);
        List<Object> secrets = new ArrayList<>();
        for (String needle : report.needles()) {
            secrets.add(secret(report, needle));
        }
        root.put("secrets", secrets);
        return Json.writePretty(root);
    }

    private static Map<String, Object> secret(Report report, String needle) {
        List<Object> found = new ArrayList<>();
        for (Finding finding : report.findings()) {
            if (finding.needle().equals(needle)) {
                found.add(finding(finding));
            }
        }
        Map<String, Object> secret = new LinkedHashMap<>();
        secret.put("name", needle);
        secret.put("copies", report.count(needle, Finding.Kind.COPY));
        secret.put("fragments", report.count(needle, Finding.Kind.FRAGMENT));
        secret.put("derived", report.count(needle, Finding.Kind.DERIVED));
        secret.put("found", found);
        return secret;
    }

    private static Map<String, Object> finding(Finding finding) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("kind", finding.kind().name().toLowerCase(Locale.ROOT));
        map.put("encoding", finding.encoding());
        map.put("where", finding.where());
        map.put("address", "0x" + Long.toHexString(finding.address()));
        map.put("length", finding.length());
        return map;
    }
}
