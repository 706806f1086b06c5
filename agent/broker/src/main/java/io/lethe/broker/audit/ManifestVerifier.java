package io.lethe.broker.audit;

import io.lethe.broker.digest.Sha256;
import io.lethe.broker.json.JsonException;
import io.lethe.broker.json.JsonFields;
import io.lethe.secret.NotSecret;
import io.lethe.secret.crypto.Ed25519;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Goes along one manifest: whether each line links, and whether each signature is by the key that the line before it names.
 *
 * <p>Loaded by the command line's loader. One thread, one manifest.
 */
final class ManifestVerifier {

    private static final byte[] LEAD = Manifest.SIGNATURE.getBytes(StandardCharsets.US_ASCII);
    private static final byte[] TAIL = "\"}".getBytes(StandardCharsets.US_ASCII);

    private final File file;
    private final KnownHeads known;
    private final int keepDays;
    private final ManifestReport report;
    private @Nullable String key;

    /** @param keepDays what the configuration asks for; 0 where nothing may be deleted, negative where that is not known */
    ManifestVerifier(File file, KnownHeads known, int keepDays) {
        this.file = file;
        this.known = known;
        this.keepDays = keepDays;
        this.report = new ManifestReport(file.getName());
    }

    ManifestReport verify() throws AuditException {
        try (AuditReader reader = new AuditReader(file)) {
            for (byte[] line = reader.nextLine(); line != null; line = reader.nextLine()) {
                try {
                    take(reader.parse(line), line);
                } catch (JsonException | AuditException e) {
                    report.problem("line " + (report.lines + 1) + " is no record of a manifest");
                    return report;
                }
                if (!report.problems().isEmpty()) {
                    return report;
                }
            }
            report.torn = reader.torn();
        } catch (AuditException e) {
            throw e;
        } catch (IOException e) {
            throw new AuditException("the manifest " + file + " cannot be read (" + e.getMessage() + ")", e);
        }
        if (report.lines == 0 && !report.torn) {
            report.problem("it has no line");
        }
        return report;
    }

    private void take(JsonFields record, byte[] line) throws JsonException {
        long number = report.lines + 1;
        if (!record.string("prev").equals(report.head) || record.number("seq") != number) {
            report.problem("line " + number + " does not link to the line before it");
            return;
        }
        String event = record.string("event");
        boolean signed = record.has("signature");
        if (signed && !isSigned(line, record)) {
            report.problem("line " + number + " is not signed by the key that the line before it names");
            return;
        }
        String named = record.stringOrNull("key");
        if (!signed && key != null && !key.equals(named)) {
            report.problem(
                    "line " + number + " begins anew with a key that the key before did not sign: the manifest was"
                            + " written anew from there, or its key file was lost");
            return;
        }
        String problem = note(event, record, signed, number);
        if (problem != null) {
            report.problem("line " + number + " " + problem);
            return;
        }
        key = named;
        report.lines = number;
        report.head = Sha256.hex(line);
        if (signed) {
            report.signed = number;
            report.lastSigned = record.string("time");
        }
        if (known.found(report.name(), number, report.head)) {
            report.anchoredLine = number;
        }
    }

    private @Nullable String note(String event, JsonFields record, boolean signed, long number) throws JsonException {
        switch (event) {
            case "begin":
                report.knows(record.string("file"), record.string("head"), number);
                return null;
            case "key":
                return record.has("key") ? null : "names no key";
            case "head":
                report.knows(record.string("file"), record.string("head"), number);
                return signed ? null : "is not signed";
            case "joined":
                report.joined.put(
                        record.string("file"),
                        new ManifestReport.Joined(record.strings("chains"), record.string("sha256"), number));
                return signed ? null : "is not signed";
            case "pruned":
                return signed ? pruned(record) : "is not signed";
            default:
                return "is of no kind that a manifest has";
        }
    }

    /** What is deleted must be as old as the mark itself says, by a time that is not to come. */
    private @Nullable String pruned(JsonFields record) throws JsonException {
        Instant when;
        try {
            when = Instant.parse(record.string("time"));
        } catch (DateTimeException e) {
            return "has no time";
        }
        String oldest = DateTimeFormatter.BASIC_ISO_DATE.format(
                when.atZone(ZoneOffset.UTC).toLocalDate().minusDays(Math.max(1, record.number("keepDays"))));
        if (keepDays == 0 || keepDays > record.number("keepDays")) {
            return "says that files were deleted after " + record.number("keepDays") + " days, and audit.keep "
                    + (keepDays == 0 ? "is not set" : "says " + keepDays + "d");
        }
        for (String name : record.strings("files")) {
            String day = Tidy.dayOf(name);
            if (day == null || day.compareTo(oldest) >= 0) {
                return "says that " + name + " was deleted for its age, which it did not have";
            }
            report.pruned.add(name);
        }
        return null;
    }

    private boolean isSigned(byte[] line, JsonFields record) throws JsonException {
        String signer = key;
        int at = lastIndexOf(line, LEAD);
        int from = at + LEAD.length;
        int to = line.length - TAIL.length;
        if (signer == null
                || at < 0
                || from > to
                || !Arrays.equals(Arrays.copyOfRange(line, to, line.length), TAIL)
                || !text(line, from, to).equals(record.string("signature"))) {
            return false;
        }
        try {
            return Ed25519.verify(
                    Base64.getDecoder().decode(signer),
                    Manifest.message(Arrays.copyOf(line, at)),
                    Base64.getDecoder().decode(record.string("signature")));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    @NotSecret("a signature")
    private static String text(byte[] line, int from, int to) {
        return new String(line, from, to - from, StandardCharsets.US_ASCII);
    }

    private static int lastIndexOf(byte[] line, byte[] what) {
        for (int i = line.length - what.length; i >= 0; i--) {
            int n = 0;
            while (n < what.length && line[i + n] == what[n]) {
                n++;
            }
            if (n == what.length) {
                return i;
            }
        }
        return -1;
    }
}
