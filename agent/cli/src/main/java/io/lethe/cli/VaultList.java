package io.lethe.cli;

import io.lethe.broker.BrokerException;
import io.lethe.broker.Explanation;
import io.lethe.broker.Grant;
import io.lethe.broker.json.Json;
import io.lethe.broker.vault.SecretInfo;
import io.lethe.broker.vault.Vault;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lethe vault list}: what there is and who may use it, without any secret. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description = "Shows the names of secrets, their fields and the grants. Shows no secret.")
final class VaultList implements Callable<Integer> {

    private final Streams streams;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Mixin
    private Place place = new Place();

    VaultList(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() throws CliException, BrokerException {
        Vault vault = place.vault();
        if (json) {
            streams.bytes(Json.writePretty(json(vault)));
        } else {
            text(vault);
        }
        return ExitCode.DONE;
    }

    private void text(Vault vault) throws CliException, BrokerException {
        Table table = new Table("secret", "version", "fields");
        for (SecretInfo secret : vault.list()) {
            List<String> fields = new ArrayList<>();
            for (Map.Entry<String, String> field : secret.fields().entrySet()) {
                String value = field.getValue();
                fields.add(field.getKey() + (value.isEmpty() ? "" : "=" + Explanation.shown(value)));
            }
            table.row(secret.name(), Long.toString(secret.version()), String.join(", ", fields));
        }
        streams.out.print(table.hasRows() ? table.toString() : "no secrets in " + place.vaultFolder() + "\n");
        for (Grant grant : vault.grants()) {
            streams.out.println("grant " + GrantText.of(grant));
        }
        streams.out.println("vault key " + vault.verifyingKey());
        streams.out.println("version " + vault.version());
    }

    private static Map<String, Object> json(Vault vault) throws BrokerException {
        List<Object> secrets = new ArrayList<>();
        for (SecretInfo secret : vault.list()) {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("name", secret.name());
            map.put("version", secret.version());
            map.put("fields", new LinkedHashMap<String, Object>(secret.fields()));
            secrets.add(map);
        }
        List<Object> grants = new ArrayList<>();
        for (Grant grant : vault.grants()) {
            grants.add(grant.toJson());
        }
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("key", vault.verifyingKey());
        root.put("version", vault.version());
        root.put("secrets", secrets);
        root.put("grants", grants);
        return root;
    }
}
