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
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
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
                    stop("line " + (report.lines + 1) + " is no record of a manifest");
                }
                if (report.stopped) {
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

    /** What follows is not worth reading. */
    private void stop(String problem) {
        report.problem(problem);
        report.stopped = true;
    }

    private void take(JsonFields record, byte[] line) throws JsonException {
        long number = report.lines + 1;
        if (!record.string("prev").equals(report.head) || record.number("seq") != number) {
            stop("line " + number + " does not link to the line before it");
            return;
        }
        String event = record.string("event");
        boolean signed = record.has("signature");
        if (signed && !isSigned(line, record)) {
            stop("line " + number + " is not signed by the key that the line before it names");
            return;
        }
        String named = record.stringOrNull("key");
        if (!signed && key != null && !key.equals(named)) {
            stop("line " + number + " begins anew with a key that the key before did not sign: the manifest was"
                    + " written anew from there, or its key file was lost");
            return;
        }
        String problem = note(event, record, signed, number);
        if (problem != null) {
            stop("line " + number + " " + problem);
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
                return signed ? joined(record, number) : "is not signed";
            case "pruned":
                return signed ? pruned(record, number) : "is not signed";
            default:
                return "is of no kind that a manifest has";
        }
    }

    /** A file of this manifest's own, named once, with chains of its day that this manifest has listed before. */
    private @Nullable String joined(JsonFields record, long number) throws JsonException {
        String name = record.string("file");
        String day = Tidy.joinedDay(name, report.name());
        if (day == null) {
            return "says that chains were joined in " + name + ", which is no name of a joined file";
        }
        if (report.joined.containsKey(name) || report.pruned.contains(name)) {
            return "says again what " + name + " holds";
        }
        List<String> chains = record.strings("chains");
        for (String chain : chains) {
            if (!report.chains.containsKey(chain) || !day.equals(Tidy.dayOf(chain))) {
                return "says that " + name + " holds " + chain + ", which is no chain of that day that it lists";
            }
        }
        report.joins(name, new ManifestReport.Joined(chains, record.string("sha256"), number));
        return null;
    }

    /** What is deleted must be as old as the mark itself says, by a time that is not to come. */
    private @Nullable String pruned(JsonFields record, long number) throws JsonException {
        Instant when;
        String oldest;
        try {
            when = Instant.parse(record.string("time"));
            oldest = DateTimeFormatter.BASIC_ISO_DATE.format(
                    when.atZone(ZoneOffset.UTC).toLocalDate().minusDays(Math.max(1, record.number("keepDays"))));
        } catch (DateTimeException | ArithmeticException e) {
            return "has no time";
        }
        if (when.isAfter(Instant.now().plus(1, ChronoUnit.DAYS))) {
            return "says that files were deleted at a time that is to come";
        }
        if (keepDays == 0 || keepDays > record.number("keepDays")) {
            // The configuration may have been another one then: what follows is read nevertheless.
            report.problem("line " + number + " says that files were deleted after " + record.number("keepDays")
                    + " days, and audit.keep " + (keepDays == 0 ? "is not set" : "says " + keepDays + "d"));
        }
        for (String name : record.strings("files")) {
            if (!isBefore(name, oldest)) {
                return "says that " + name + " was deleted for its age, which it did not have";
            }
            ManifestReport.Joined joined = report.joined.get(name);
            for (String chain : joined == null ? Collections.<String>emptyList() : joined.chains) {
                if (!isBefore(chain, oldest)) {
                    return "says that " + name + " was deleted for its age, which " + chain + " in it did not have";
                }
            }
            report.pruned.add(name);
        }
        return null;
    }

    private static boolean isBefore(String name, String oldest) {
        String day = Tidy.dayOf(name);
        return day != null && day.compareTo(oldest) < 0;
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
