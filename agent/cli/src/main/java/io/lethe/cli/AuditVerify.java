package io.lethe.cli;

import io.lethe.broker.audit.AuditException;
import io.lethe.broker.audit.AuditVerifier;
import io.lethe.broker.audit.ChainReport;
import io.lethe.broker.json.Json;
import java.io.File;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lethe audit verify}: whether each line links to the one before, and which heads to keep elsewhere. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description = "Walks all chains of the audit trail. Exit code 1: a chain is broken, or a head is missing.")
final class AuditVerify implements Callable<Integer> {

    private final Streams streams;

    @Parameters(paramLabel = "DIR", arity = "0..1", description = "The audit directory; else the config's.")
    private @Nullable File folder;

    @Option(
            names = "--head",
            paramLabel = "HASH",
            description = "A head that was kept elsewhere; it must be in a chain. Repeatable.")
    private List<String> heads = new ArrayList<>();

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Mixin
    private Place place = new Place();

    AuditVerify(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() throws CliException, AuditException {
        File directory = folder != null ? folder : place.auditFolder();
        List<ChainReport> chains = AuditVerifier.verifyFolder(directory);
        List<String> missing = missing(chains);
        boolean intact = missing.isEmpty();
        for (ChainReport chain : chains) {
            intact &= chain.intact();
        }
        if (json) {
            streams.bytes(Json.writePretty(json(chains, missing, intact)));
        } else {
            text(directory, chains, missing, intact);
        }
        return intact ? ExitCode.DONE : ExitCode.NO;
    }

    private List<String> missing(List<ChainReport> chains) throws AuditException {
        List<String> missing = new ArrayList<>();
        for (String head : heads) {
            boolean found = false;
            for (ChainReport chain : chains) {
                found |= chain.intact()
                        && (chain.head().equals(head)
                                || AuditVerifier.verify(chain.file(), Collections.singleton(head))
                                        .intact());
            }
            if (!found) {
                missing.add(head);
            }
        }
        return missing;
    }

    private void text(File directory, List<ChainReport> chains, List<String> missing, boolean intact) {
        if (chains.isEmpty()) {
            streams.out.println("no chains in " + directory);
        }
        long records = 0;
        for (ChainReport chain : chains) {
            records += chain.records();
            String problem = chain.problem();
            streams.out.println(chain.file().getName() + "  " + chain.records() + " records  "
                    + (problem == null ? "intact" : "BROKEN: " + problem)
                    + (chain.torn() ? "  (ends within a line, as after a crash)" : ""));
        }
        for (String head : missing) {
            streams.out.println("MISSING: no chain holds the head " + head);
        }
        if (!intact) {
            return;
        }
        streams.out.println(chains.size() + " chains, " + records + " records: intact");
        if (!chains.isEmpty() && heads.isEmpty()) {
            streams.out.println(
                    "No head was given: lines cut off at the end, or all chains written anew, would not show. "
                            + "Keep this one where the application cannot write, and give it as --head next time:");
            streams.out.println(chains.get(chains.size() - 1).head());
        }
    }

    private static Map<String, Object> json(List<ChainReport> chains, List<String> missing, boolean intact) {
        List<Object> list = new ArrayList<>();
        for (ChainReport chain : chains) {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("file", chain.file().getName());
            map.put("intact", chain.intact());
            map.put("records", chain.records());
            map.put("head", chain.head());
            map.put("torn", chain.torn());
            String problem = chain.problem();
            if (problem != null) {
                map.put("problem", problem);
                map.put("line", chain.brokenLine());
            }
            list.add(map);
        }
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("intact", intact);
        root.put("chains", list);
        root.put("missingHeads", new ArrayList<Object>(missing));
        return root;
    }
}
