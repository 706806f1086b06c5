package io.lethe.cli;

import io.lethe.broker.BrokerException;
import io.lethe.broker.Explanation;
import io.lethe.broker.Grant;
import io.lethe.broker.vault.SecretInfo;
import io.lethe.broker.vault.Vault;
import io.lethe.broker.vault.VaultCheck;
import io.lethe.weave.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code lethe check}: before a deployment, whether Lethe's sinks fit what is to be deployed. Reads class files and loads none of
 * them; changes nothing.
 */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description = {
            "Says of each driver and HTTP client in jars, wars, ears and folders whether Lethe's sinks fit it (HOOKED), fit in "
                    + "part (PARTIAL) or not at all (UNKNOWN), without loading any class; of a config, what doctor says, and "
                    + "whether grants cover the references found.",
            "Exit code 1: something is PARTIAL, UNKNOWN or broken, or a reference has no grant."
        })
final class CheckCommand implements Callable<Integer> {

    private static final int OLDEST_JDK = 8;

    private final Streams streams;

    @Parameters(
            paramLabel = "PATH",
            arity = "1..*",
            description = "jar, war, ear, folder, or lethe.yaml (whatever is none of the others).")
    private List<Path> paths = new ArrayList<>();

    @Option(
            names = "--jdk",
            paramLabel = "N",
            description = "Whose classes of multi-release jars to look at (default: the JDK that runs this).")
    private int jdk = JdkVersion.feature();

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    CheckCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() throws CliException {
        if (jdk < OLDEST_JDK) {
            throw CliException.usage("--jdk wants " + OLDEST_JDK + " or more, not " + jdk);
        }
        Place place = null;
        List<Path> archives = new ArrayList<>();
        for (Path path : paths) {
            if (!Files.exists(path)) {
                throw CliException.failed(path + " does not exist");
            }
            if (Files.isDirectory(path) || Archives.isArchive(path.toString())) {
                archives.add(path);
            } else if (place == null) {
                place = Place.of(path);
            } else {
                throw CliException.usage("one config at a time, not " + path + " too");
            }
        }
        List<Diagnosis.Finding> health = place == null ? Collections.<Diagnosis.Finding>emptyList() : health(place);
        Inspection inspection = new Inspection(jdk, delegating(place));
        Archives read = new Archives(inspection.wanted(), new Bounds());
        for (Path path : archives) {
            read.read(path);
        }
        Map<String, Set<String>> references = new TreeMap<>();
        for (Archive archive : read.read()) {
            inspection.inspect(archive);
            for (String reference : archive.references()) {
                references.computeIfAbsent(reference, r -> new TreeSet<>()).add(archive.where);
            }
        }
        int inArchives = inspection.found().size();
        boolean ownJdk = jdk == JdkVersion.feature();
        if (ownJdk) {
            inspection.inspect("JDK " + System.getProperty("java.version"), CheckCommand::jdkClass);
        }
        Set<String> granted = granted(place, references.keySet());
        boolean ready = true;
        for (Inspection.Found found : inspection.found()) {
            ready &= found.outcome == Outcome.HOOKED;
        }
        for (Diagnosis.Finding finding : health) {
            ready &= finding.level != Diagnosis.Level.BROKEN;
        }
        for (String reference : references.keySet()) {
            ready &= granted == null || granted.contains(reference);
        }
        if (json) {
            streams.json(toJson(ready, inspection, health, references, granted));
        } else {
            print(inspection, health, references, granted);
            if (!archives.isEmpty() && inArchives == 0) {
                streams.out.println("note    no driver, data source or HTTP client that Lethe looks for lies in there");
            }
            if (!ownJdk) {
                streams.out.println("note    JDK " + jdk + "'s own clients and TLS: run this with that JDK");
            }
        }
        return ready ? ExitCode.DONE : ExitCode.NO;
    }

    private static List<String> delegating(@Nullable Place place) {
        try {
            return place == null
                    ? Collections.<String>emptyList()
                    : place.config().delegating();
        } catch (CliException e) {
            // The diagnosis says what is wrong with it.
            return Collections.emptyList();
        }
    }

    /** What doctor says, and whether the vault's files are what its index says. */
    private static List<Diagnosis.Finding> health(Place place) {
        List<Diagnosis.Finding> health = new ArrayList<>(new Diagnosis(place).run());
        for (Diagnosis.Finding finding : health) {
            if (finding.level == Diagnosis.Level.BROKEN && finding.what.equals("vault")) {
                // Such an index says nothing about files.
                return health;
            }
        }
        try {
            VaultCheck check = place.check();
            check.compare();
            for (String broken : check.broken()) {
                health.add(new Diagnosis.Finding(Diagnosis.Level.BROKEN, "vault", broken));
            }
        } catch (BrokerException | CliException e) {
            // The diagnosis says what is wrong with it.
            return health;
        }
        return health;
    }

    /** Those that a grant covers now; null where no vault is named, or it cannot be read, as the diagnosis says. */
    private static @Nullable Set<String> granted(@Nullable Place place, Set<String> references) {
        if (place == null) {
            return null;
        }
        try {
            String workload = place.workload();
            List<Grant> grants;
            Set<String> open = new TreeSet<>();
            List<SecretInfo> secrets = new ArrayList<>();
            if (place.isOpenBao()) {
                grants = place.grantsFile().list();
                for (String reference : references) {
                    if (reference.endsWith("#username")) {
                        open.add(reference);
                    }
                }
            } else {
                Vault vault = place.vault();
                grants = vault.grants();
                secrets = vault.list();
            }
            for (SecretInfo secret : secrets) {
                for (Map.Entry<String, String> field : secret.fields().entrySet()) {
                    if (!field.getValue().isEmpty()) {
                        open.add(secret.name() + "#" + field.getKey());
                    }
                }
            }
            long now = System.currentTimeMillis() / 1000;
            Set<String> granted = new TreeSet<>();
            for (String reference : references) {
                for (Grant grant : grants) {
                    if (grant.workloads().contains(workload)
                            && now >= grant.notBefore()
                            && now < grant.notAfter()
                            && covers(grant, reference, open)) {
                        granted.add(reference);
                    }
                }
            }
            return granted;
        } catch (BrokerException | CliException e) {
            return null;
        }
    }

    /** @param open the fields that are no secret, which any grant on theirs covers */
    private static boolean covers(Grant grant, String reference, Set<String> open) {
        int hash = reference.indexOf('#');
        String name = hash < 0 ? reference : reference.substring(0, hash);
        // Where none is named, the position says which, and that is the password but for user names.
        String field = hash < 0 ? "password" : reference.substring(hash + 1);
        return grant.secret().equals(name) && (grant.fields().contains(field) || open.contains(reference));
    }

    /** On one line, whatever the names of files and classes hold: an archive could forge lines with them. */
    private static String line(String text) {
        int most = 256;
        StringBuilder line = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i += most) {
            line.append(Explanation.shown(text.substring(i, Math.min(text.length(), i + most))));
        }
        return line.toString();
    }

    private void print(
            Inspection inspection,
            List<Diagnosis.Finding> health,
            Map<String, Set<String>> references,
            @Nullable Set<String> granted) {
        for (Inspection.Found found : inspection.found()) {
            streams.out.println(line((found.outcome + "       ").substring(0, 8) + found.where + ": " + found.sink
                    + (found.why.isEmpty() ? "" : ": " + found.why)));
        }
        for (Map.Entry<String, String> pool : inspection.handingOn().entrySet()) {
            streams.out.println(
                    line("ok      " + pool.getKey() + ": " + pool.getValue() + " hands references on to a driver"));
        }
        for (Map.Entry<String, Set<String>> reference : references.entrySet()) {
            String level = granted == null ? "note  " : granted.contains(reference.getKey()) ? "ok    " : "BROKEN";
            streams.out.println(
                    line(level + "  lethe:" + reference.getKey() + " in " + String.join(", ", reference.getValue())
                            + (granted == null
                                    ? ": give the config, too, to see whether a grant covers it"
                                    : granted.contains(reference.getKey())
                                            ? ": a grant covers it"
                                            : ": no grant of this workload covers it")));
        }
        for (Diagnosis.Finding finding : health) {
            streams.out.println(finding.level.shown + "  " + finding.what + ": " + finding.text);
        }
    }

    private static Map<String, Object> toJson(
            boolean ready,
            Inspection inspection,
            List<Diagnosis.Finding> health,
            Map<String, Set<String>> references,
            @Nullable Set<String> granted) {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("ready", ready);
        List<Object> sinks = new ArrayList<>();
        for (Inspection.Found found : inspection.found()) {
            sinks.add(found.toJson());
        }
        root.put("sinks", sinks);
        root.put("handingOn", new TreeMap<String, Object>(inspection.handingOn()));
        List<Object> named = new ArrayList<>();
        for (Map.Entry<String, Set<String>> reference : references.entrySet()) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("reference", "lethe:" + reference.getKey());
            one.put("where", new ArrayList<Object>(reference.getValue()));
            if (granted != null) {
                one.put("granted", granted.contains(reference.getKey()));
            }
            named.add(one);
        }
        root.put("references", named);
        List<Object> findings = new ArrayList<>();
        for (Diagnosis.Finding finding : health) {
            findings.add(finding.toJson());
        }
        root.put("health", findings);
        return root;
    }

    /** Of the JDK that runs this: class files are resources that no module hides. */
    private static byte @Nullable [] jdkClass(String name) {
        if (!name.startsWith("sun/")
                && !name.startsWith("jdk/")
                && !name.startsWith("com/sun/")
                && !name.startsWith("java/")) {
            return null;
        }
        try (InputStream in = ClassLoader.getSystemResourceAsStream(name + ".class")) {
            return in == null ? null : Archives.bytes(in, Archives.MAX_FILE);
        } catch (IOException e) {
            return null;
        }
    }
}
