package io.lethe.cli;

import io.lethe.broker.BrokerException;
import io.lethe.cli.scan.Needle;
import io.lethe.cli.scan.Report;
import io.lethe.cli.scan.ScanException;
import io.lethe.cli.scan.Scanner;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code lethe scan}: whether a secret lies in a process or a dump. The secrets come from standard input; their bytes are
 * overwritten before the command ends.
 */
@Command(
        name = "scan",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description = {
            "Looks for secrets in the whole memory of a process, which stands still meanwhile, or in a file (heap dump, "
                    + "core), in every reversible encoding.",
            "The secrets are read from standard input, one a line.",
            "Exit code 0: nothing found; 1: residue found."
        })
final class ScanCommand implements Callable<Integer> {

    private final Streams streams;

    @Parameters(paramLabel = "<pid>|<file>", description = "Process id, or a file (./123 for one called 123).")
    private String subject = "";

    @Option(names = "--json", description = "Print the report as JSON.")
    private boolean json;

    @Option(names = "--no-stop", description = "Let the process run on meanwhile; a moving secret may be missed.")
    private boolean noStop;

    @Option(names = "--named", description = "Lines of standard input are name=value.")
    private boolean named;

    @Option(
            names = "--secret",
            paramLabel = "NAME",
            description = "Take this secret from the vault instead of standard input, with the admin key; repeatable.")
    private List<String> secrets = new ArrayList<>();

    @Mixin
    private Place place = new Place();

    @Option(
            names = "--derived",
            paramLabel = "NAME=HEX",
            description = "A value derived from a secret (salted password, key), for tests; repeatable.")
    private List<String> derived = new ArrayList<>();

    ScanCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() throws CliException, BrokerException, ScanException {
        List<Needle> needles = new ArrayList<>();
        try {
            for (String value : derived) {
                needles.add(NeedleInput.derived(value));
            }
            for (String reference : secrets) {
                needles.add(NeedleInput.fromVault(place.vault(), reference));
            }
            if (secrets.isEmpty()) {
                NeedleInput.read(streams, named, needles);
            }
            if (needles.isEmpty()) {
                throw CliException.usage("nothing to look for: give secrets on standard input, one a line");
            }
            Report report = scan(needles);
            if (json) {
                streams.bytes(ReportJson.of(report));
            } else {
                streams.out.print(ReportText.of(report));
            }
            return report.clean() ? ExitCode.DONE : ExitCode.NO;
        } finally {
            for (Needle needle : needles) {
                needle.close();
            }
        }
    }

    private Report scan(List<Needle> needles) throws ScanException {
        return isPid()
                ? Scanner.scanProcess(Long.parseLong(subject), needles, !noStop)
                : Scanner.scanFile(Paths.get(subject), needles);
    }

    private boolean isPid() {
        for (int i = 0; i < subject.length(); i++) {
            if (subject.charAt(i) < '0' || subject.charAt(i) > '9') {
                return false;
            }
        }
        return !subject.isEmpty() && subject.length() < 12;
    }
}
