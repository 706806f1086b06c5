package io.lethe.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * Every command that writes a vault, one after the other, in a process of its own that may be killed anywhere. After each
 * it prints how many are done.
 */
final class VaultScript {

    /** Keys whose other halves nobody has. */
    private static final String BACKUP = "age1ph634ea9l8dawj3emnkyrfza3ceth29cgq8hhvt3ucpkqjd9fy3s3fzv8f";

    private static final String ELSEWHERE = "age1lnmngdvhgemyfgyn4f8wcpv032lw5ln8cexwhlja44w7safkrf2s8gar03";

    private VaultScript() {}

    /** The commands on a vault in a folder; the new admin key goes beside it. */
    static List<String[]> commands(Path folder) {
        String vault = folder.resolve("vault").toString();
        String newAdmin = folder.resolve("new-admin.key").toString();
        String key = " --admin-key " + newAdmin + " --vault " + vault;
        String override = "break-glass --secret it --for 2h --reason INC-4711 --target postgresql://db:5432/";
        return List.of(
                command("vault init " + vault + " --config " + config(folder)),
                command("vault put it --username shop --vault " + vault),
                command("vault grant it --to postgresql://db:5432/orders --vault " + vault),
                command("workload add billing --vault " + vault),
                command("workload add reports --identity " + folder.resolve("reports.key") + " --vault " + vault),
                command("vault put other --vault " + vault),
                command("vault grant other --to https://api.example --workload billing --workload reports --vault "
                        + vault),
                command("vault grant other --to https://two.example --workload billing --vault " + vault),
                command("workload add elsewhere --recipient " + ELSEWHERE + " --vault " + vault),
                command("vault export " + export(folder) + " --recipient " + BACKUP + " --reason backup --vault "
                        + vault),
                command("vault rotate it --grace 24h --vault " + vault),
                command("vault rekey --workload default --vault " + vault),
                command("vault grant --remove g3 --vault " + vault),
                command("vault revoke g2 --workload billing --vault " + vault),
                command("vault rekey --workload reports --identity " + folder.resolve("reports.key") + " --vault "
                        + vault),
                command("workload rm reports --vault " + vault),
                command("vault rekey --new-admin-key " + newAdmin + " --vault " + vault),
                command("vault rm other" + key),
                command("vault put it" + key),
                command(override + "stock" + key),
                command(override + "orders --bundle " + bundle(folder) + key),
                command("break-glass --end b4 --reason over" + key));
    }

    static Path config(Path folder) {
        return folder.resolve("lethe.yaml");
    }

    static Path export(Path folder) {
        return folder.resolve("export");
    }

    static Path bundle(Path folder) {
        return folder.resolve("break-glass");
    }

    /** @param args the folder and how many commands of the script are done */
    public static void main(String[] args) {
        List<String[]> commands = commands(Path.of(args[0]));
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true);
        for (int i = Integer.parseInt(args[1]); i < commands.size(); i++) {
            Cli ran = Cli.run(("value " + i).getBytes(StandardCharsets.UTF_8), commands.get(i));
            if (ran.code != 0) {
                throw new AssertionError(String.join(" ", commands.get(i)) + ": " + ran);
            }
            out.println("done " + (i + 1));
        }
    }

    private static String[] command(String line) {
        return line.split(" ");
    }
}
