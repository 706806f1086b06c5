package io.lethe.cli;

import io.lethe.broker.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lethe doctor}: whether what an application would need is there and in order. Changes nothing. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description = {
            "Checks config, vault or OpenBao, audit directory and JDK as an application would find them; run it as the application's "
                    + "user and with its JDK. Exit code 1: something is broken."
        })
final class DoctorCommand implements Callable<Integer> {

    private final Streams streams;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Mixin
    private Place place = new Place();

    DoctorCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        List<Diagnosis.Finding> findings = new Diagnosis(place).run();
        int broken = 0;
        List<Object> list = new ArrayList<>();
        for (Diagnosis.Finding finding : findings) {
            broken += finding.level == Diagnosis.Level.BROKEN ? 1 : 0;
            list.add(finding.toJson());
            if (!json) {
                streams.out.println(finding.level.shown + "  " + finding.what + ": " + finding.text);
            }
        }
        if (json) {
            Map<String, Object> root = new LinkedHashMap<>();
            root.put("healthy", broken == 0);
            root.put("findings", list);
            streams.bytes(Json.writePretty(root));
        }
        return broken == 0 ? ExitCode.DONE : ExitCode.NO;
    }
}
