package io.lethe.cli;

import io.lethe.broker.BrokerException;
import io.lethe.broker.vault.WorkloadInfo;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lethe workload list}: who there is, and what each may open. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description = "Shows the workloads, their public keys and the secrets that each may open something of.")
final class WorkloadList implements Callable<Integer> {

    private final Streams streams;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Mixin
    private Place place = new Place();

    WorkloadList(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() throws CliException, BrokerException {
        List<WorkloadInfo> workloads = place.vault().keys().workloads();
        if (json) {
            List<Object> list = new ArrayList<>();
            for (WorkloadInfo workload : workloads) {
                Map<String, Object> map = new LinkedHashMap<>();
                map.put("name", workload.name());
                map.put("recipient", workload.recipient());
                map.put("secrets", new ArrayList<Object>(workload.secrets()));
                list.add(map);
            }
            streams.json(Collections.singletonMap("workloads", list));
            return ExitCode.DONE;
        }
        Table table = new Table("workload", "public key", "may open");
        for (WorkloadInfo workload : workloads) {
            String secrets = workload.secrets().isEmpty() ? "nothing" : String.join(", ", workload.secrets());
            table.row(workload.name(), workload.recipient(), secrets);
        }
        streams.out.print(table.hasRows() ? table.toString() : "no workloads in " + place.vaultFolder() + "\n");
        return ExitCode.DONE;
    }
}
