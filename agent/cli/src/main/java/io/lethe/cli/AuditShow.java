package io.lethe.cli;

import io.lethe.broker.Explanation;
import io.lethe.broker.audit.AuditException;
import io.lethe.broker.audit.AuditReader;
import io.lethe.broker.json.Json;
import io.lethe.broker.json.JsonException;
import java.io.BufferedReader;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lethe audit show}: the records, oldest first. Verifies nothing. */
@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description = "Prints the records of all chains, the oldest chain first, one a line.")
final class AuditShow implements Callable<Integer> {

    private static final int LONGEST_LINE = 1 << 20;

    private final Streams streams;

    @Parameters(paramLabel = "DIR", arity = "0..1", description = "The audit directory; else the config's.")
    private @Nullable File folder;

    @Option(names = "--json", description = "Print the records as they are, one JSON object a line.")
    private boolean json;

    @Mixin
    private Place place = new Place();

    AuditShow(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() throws CliException, AuditException {
        int unreadable = 0;
        for (File chain : AuditReader.chains(folder != null ? folder : place.auditFolder())) {
            try (BufferedReader in =
                    new BufferedReader(new InputStreamReader(new FileInputStream(chain), StandardCharsets.UTF_8))) {
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    unreadable += show(line) ? 0 : 1;
                }
            } catch (IOException e) {
                throw new AuditException("the audit chain " + chain + " cannot be read (" + e.getMessage() + ")", e);
            }
        }
        if (unreadable > 0) {
            throw CliException.no(unreadable + " lines are no records; 'lethe audit verify' says which");
        }
        return ExitCode.DONE;
    }

    private boolean show(String line) {
        Map<?, ?> record;
        try {
            Object value = Json.read(line.getBytes(StandardCharsets.UTF_8), LONGEST_LINE);
            if (!(value instanceof Map)) {
                return false;
            }
            record = (Map<?, ?>) value;
        } catch (JsonException e) {
            return false;
        }
        if (json) {
            streams.out.println(line);
            return true;
        }
        StringBuilder text = new StringBuilder();
        text.append(shown(record.get("time"))).append("  ").append(shown(record.get("event")));
        for (Map.Entry<?, ?> entry : record.entrySet()) {
            String key = String.valueOf(entry.getKey());
            if (!key.equals("time") && !key.equals("event") && !key.equals("prev") && !key.equals("seq")) {
                text.append("  ").append(shown(key)).append('=').append(shown(entry.getValue()));
            }
        }
        streams.out.println(text);
        return true;
    }

    /** On one line, without what a terminal would obey: anybody may have written the file. */
    private static String shown(@Nullable Object value) {
        return Explanation.shown(String.valueOf(value));
    }
}
