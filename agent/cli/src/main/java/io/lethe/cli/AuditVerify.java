package io.lethe.cli;

import io.lethe.broker.Explanation;
import io.lethe.broker.audit.AuditException;
import io.lethe.broker.audit.AuditVerifier;
import io.lethe.broker.audit.ChainReport;
import io.lethe.broker.audit.KnownHeads;
import io.lethe.broker.audit.ManifestReport;
import io.lethe.broker.audit.TrailReport;
import java.io.File;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lethe audit verify}: whether the trail is what was written, and which heads to keep elsewhere. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description = {
            "Walks manifests and chains of the audit trail. Exit code 1: something was changed or is missing, or a head is.",
            "Heads that were kept out of the application's reach show what hashes and signatures in the folder alone cannot: "
                    + "a trail that was cut off at its end, or written anew as a whole.",
            "lethe audit verify /var/log/lethe --heads /var/log/lethe-heads"
        })
final class AuditVerify implements Callable<Integer> {

    private final Streams streams;

    @Parameters(paramLabel = "DIR", arity = "0..1", description = "The audit directory; else the config's.")
    private @Nullable File folder;

    @Option(
            names = "--heads",
            paramLabel = "FILE",
            description =
                    "Text with heads that were kept elsewhere: a syslog file, an export of the journal. Repeatable.")
    private List<File> headFiles = new ArrayList<>();

    @Option(
            names = "--head",
            paramLabel = "HASH",
            description = "A head that was kept elsewhere; it must be in a chain or a manifest. Repeatable.")
    private List<String> heads = new ArrayList<>();

    @Option(names = "--host", paramLabel = "NAME", description = "Only the heads of this host, where FILE has several.")
    private @Nullable String host;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Mixin
    private Place place = new Place();

    AuditVerify(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() throws CliException, AuditException {
        KnownHeads known = new KnownHeads();
        for (String head : heads) {
            known.add(head);
        }
        for (File file : headFiles) {
            if (known.read(file, host) == 0) {
                throw CliException.failed(file + " holds no head" + (host == null ? "" : " of " + host)
                        + "; audit.heads in the config says where they go");
            }
        }
        boolean anyHead = !known.isEmpty();
        File directory = folder != null ? folder : place.auditFolder();
        int keepDays = folder == null || place.namesConfig() ? place.auditKeepDays() : -1;
        TrailReport trail = AuditVerifier.verify(directory, known, keepDays);
        if (json) {
            streams.json(json(trail, anyHead));
        } else {
            text(directory, trail, anyHead);
        }
        return trail.intact() ? ExitCode.DONE : ExitCode.NO;
    }

    private void text(File directory, TrailReport trail, boolean anyHead) {
        if (trail.chains().isEmpty() && trail.manifests().isEmpty()) {
            streams.out.println("no chains in " + directory);
        }
        for (ChainReport chain : trail.chains()) {
            String problem = chain.problem();
            streams.out.println(Explanation.shown(chain.name()) + "  " + chain.records() + " records  "
                    + (problem == null ? "intact" : "BROKEN: " + Explanation.shown(problem))
                    + (anyHead && chain.anchored() < chain.records()
                            ? "  (" + (chain.records() - chain.anchored()) + " not anchored)"
                            : "")
                    + (chain.torn() ? "  (ends within a line, as after a crash)" : ""));
        }
        for (ManifestReport manifest : trail.manifests()) {
            String signed = manifest.lastSigned();
            streams.out.println(Explanation.shown(manifest.name()) + "  " + manifest.lines() + " lines, "
                    + (signed == null
                            ? "not signed"
                            : "signed up to line " + manifest.signed() + " at " + Explanation.shown(signed))
                    + (manifest.prunedFiles() == 0
                            ? ""
                            : ", " + manifest.prunedFiles() + " files deleted for their age"));
            for (String problem : manifest.problems()) {
                streams.out.println("BROKEN: " + Explanation.shown(manifest.name() + ": " + problem));
            }
        }
        for (String missing : trail.missing()) {
            streams.out.println("MISSING: " + Explanation.shown(missing));
        }
        if (!trail.intact()) {
            return;
        }
        streams.out.println(trail.chains().size() + " chains, " + trail.records() + " records: intact");
        if (anyHead && trail.unanchored() > 0) {
            streams.out.println(
                    trail.unanchored()
                            + " records are newer than the heads given: whoever writes the folder could have changed them unseen.");
        }
        if (!anyHead && !trail.chains().isEmpty()) {
            streams.out.println("No head was given: lines cut off at the end, or all written anew, would not show. "
                    + "Let heads go where the application cannot write (audit.heads), and give them as --heads; "
                    + "or keep this one, and give it as --head next time:");
            streams.out.println(newest(trail));
        }
    }

    /** Of a manifest where there is one, since that stands for all its chains. */
    private static String newest(TrailReport trail) {
        return trail.manifests().isEmpty()
                ? trail.chains().get(trail.chains().size() - 1).head()
                : trail.manifests().get(trail.manifests().size() - 1).head();
    }

    private static Map<String, Object> json(TrailReport trail, boolean anyHead) {
        List<Object> chains = new ArrayList<>();
        for (ChainReport chain : trail.chains()) {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("file", chain.name());
            if (!chain.name().equals(chain.file().getName())) {
                map.put("in", chain.file().getName());
            }
            map.put("intact", chain.intact());
            map.put("records", chain.records());
            map.put("anchored", chain.anchored());
            map.put("head", chain.head());
            map.put("torn", chain.torn());
            String problem = chain.problem();
            if (problem != null) {
                map.put("problem", problem);
                map.put("line", chain.brokenLine());
            }
            chains.add(map);
        }
        List<Object> manifests = new ArrayList<>();
        for (ManifestReport manifest : trail.manifests()) {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("name", manifest.name());
            map.put("intact", manifest.problems().isEmpty());
            map.put("lines", manifest.lines());
            map.put("head", manifest.head());
            map.put("signed", manifest.signed());
            String signed = manifest.lastSigned();
            if (signed != null) {
                map.put("signedAt", signed);
            }
            map.put("anchored", manifest.anchored());
            map.put("pruned", manifest.prunedFiles());
            map.put("problems", new ArrayList<Object>(manifest.problems()));
            manifests.add(map);
        }
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("intact", trail.intact());
        root.put("headsGiven", anyHead);
        root.put("records", trail.records());
        root.put("unanchored", trail.unanchored());
        root.put("chains", chains);
        root.put("manifests", manifests);
        root.put("missingHeads", new ArrayList<Object>(trail.missing()));
        return root;
    }
}
