package io.lethe.harness;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * README's first command: one unmodified program, a HikariCP pool on a real PostgreSQL, run with its password in its
 * configuration and then with a reference and Lethe; the whole memory of both is searched. Exits 0 where the first shows
 * copies and the second none.
 */
public final class Demo {

    private static final String SECRET = "orders-db";
    private static final String USER = "orders";
    private static final int LENGTH = 32;

    private final PrintStream out = System.out;

    private Demo() {}

    public static void main(String[] args) throws IOException {
        System.exit(new Demo().run() ? 0 : 1);
    }

    private boolean run() throws IOException {
        byte[] password = Secrets.random(LENGTH);
        try (Postgres postgres = Postgres.start()) {
            postgres.createRole(USER, password.clone(), Postgres.Auth.SCRAM);
            VaultSetup vault = VaultSetup.create().put(SECRET, password.clone()).grant(SECRET, postgres.target(), USER);
            Path config = vault.config();
            Wanted wanted = new Equivalents(postgres.stored(USER), USER)
                    .addTo(Wanted.secret("password", password), "", password);
            vault.addIdentitiesTo(wanted);

            out.println();
            out.println("One program, unmodified: HikariCP and pgjdbc on JDK "
                    + Jdks.running().major() + ", PostgreSQL with scram-sha-256.");
            out.println("Run twice; the whole memory of each process is searched for the password in every encoding,");
            out.println("for what can be used in its place, and for the key that opens the vault.");
            out.println();
            Residue without = observe(program(postgres, Secrets.text(password)), wanted);
            Residue with = observe(program(postgres, "lethe:" + SECRET).underLethe(config), wanted);
            table(without, with);
            audit(vault.audit());
            boolean shown = without.total() > 0 && with.total() == 0;
            out.println(shown ? "Nothing is left." : "This is not what Lethe promises: please report it.");
            return shown;
        }
    }

    private static Program program(Postgres postgres, String password) {
        Map<String, String> config = new LinkedHashMap<>(Configs.hikari(postgres.url(), USER, password));
        config.put("minimumIdle", "1");
        return Program.of("HikariApp")
                .with(Drivers.postgresql("42.7.14"))
                .with(Drivers.hikari(Jdks.running().major() < 11 ? "4.0.3" : "7.1.0"))
                .config(config);
    }

    private static Residue observe(Program program, Wanted wanted) {
        try (App app = program.start()) {
            app.mustDo("connect 1");
            app.mustDo("query");
            return MemoryScan.scan(app.pid(), wanted);
        }
    }

    private void table(Residue without, Residue with) {
        String row = "  %-44s %16s %16s%n";
        out.printf(row, "copies found", "without Lethe", "with Lethe");
        out.printf(row, "in the configuration", "the password", "lethe:" + SECRET);
        for (String what : new TreeSet<>(without.counts().keySet())) {
            out.printf(row, what, without.counts().get(what), with.counts().getOrDefault(what, 0));
        }
        for (String what : new TreeSet<>(with.counts().keySet())) {
            if (!without.counts().containsKey(what)) {
                out.printf(row, what, 0, with.counts().get(what));
            }
        }
        out.printf(row, "all", without.total(), with.total());
        out.println();
    }

    private void audit(Path folder) throws IOException {
        out.println("What Lethe wrote into its audit trail (without the chain's hashes):");
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(file -> file.toString().endsWith(".jsonl"))
                    .sorted()
                    .toList()) {
                print(Files.readAllLines(file));
            }
        }
        out.println();
    }

    private void print(List<String> lines) {
        for (String line : lines) {
            if (line.startsWith("{") && !line.contains("\"event\":\"chain\"")) {
                out.println("  " + line.replaceAll("\"(seq|prev|policy|lease|time)\":(\"[^\"]*\"|\\d+),?", ""));
            }
        }
    }
}
