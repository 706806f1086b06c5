package io.lethe.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.jar.Attributes.Name;
import java.util.jar.Manifest;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The {@code lethe} command. All commands are registered in {@link #commands}; each ends in one of {@link ExitCode}'s codes,
 * and whatever goes wrong is one line on standard error.
 */
public final class Main {

    private Main() {}

    public static void main(String[] args) {
        // Not System.in, whose buffer would keep what was read.
        InputStream in = new FileInputStream(FileDescriptor.in);
        System.exit(run(args, new Streams(in, System.out, System.err, Prompt.ofProcess(), Prompt.isTerminal(1))));
    }

    /** Runs one command and returns its exit code. Nobody sits at these streams. */
    public static int run(String[] args, InputStream in, PrintStream out, PrintStream err) {
        return run(args, new Streams(in, out, err, null, false));
    }

    static int run(String[] args, Streams streams) {
        PrintStream out = streams.out;
        PrintStream err = streams.err;
        CommandLine lethe = commands(streams);
        lethe.setOut(new PrintWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8), true));
        lethe.setErr(new PrintWriter(new OutputStreamWriter(err, StandardCharsets.UTF_8), true));
        lethe.setParameterExceptionHandler((e, a) -> misused(e));
        lethe.setExecutionExceptionHandler((e, command, result) -> failed(e, command));
        int code = lethe.execute(args);
        out.flush();
        err.flush();
        return code;
    }

    private static CommandLine commands(Streams streams) {
        return new CommandLine(new Lethe())
                .addSubcommand(new CommandLine(new VaultCommand())
                        .addSubcommand(new VaultInit(streams))
                        .addSubcommand(new VaultPut(streams))
                        .addSubcommand(new VaultList(streams))
                        .addSubcommand(new VaultGrant(streams))
                        .addSubcommand(new VaultRevoke(streams))
                        .addSubcommand(new VaultRotate(streams))
                        .addSubcommand(new VaultRekey(streams))
                        .addSubcommand(new VaultGet(streams))
                        .addSubcommand(new VaultExportCommand(streams))
                        .addSubcommand(new VaultCheckCommand(streams))
                        .addSubcommand(new VaultRm(streams)))
                .addSubcommand(new CommandLine(new WorkloadCommand())
                        .addSubcommand(new WorkloadAdd(streams))
                        .addSubcommand(new WorkloadList(streams))
                        .addSubcommand(new WorkloadRm(streams)))
                .addSubcommand(new ExplainCommand(streams))
                .addSubcommand(new CommandLine(new AuditCommand())
                        .addSubcommand(new AuditVerify(streams))
                        .addSubcommand(new AuditShow(streams)))
                .addSubcommand(new ScanCommand(streams))
                .addSubcommand(new DoctorCommand(streams))
                .addSubcommand(new CheckCommand(streams))
                .addSubcommand(new BreakGlassCommand(streams));
    }

    private static int misused(ParameterException e) {
        CommandLine command = e.getCommandLine();
        String message = e.getMessage();
        List<String> suggestions = e instanceof UnmatchedArgumentException
                ? ((UnmatchedArgumentException) e).getSuggestions()
                : Collections.<String>emptyList();
        String name = command.getCommandSpec().qualifiedName();
        String hint = suggestions.isEmpty()
                ? "see '" + name + " --help'"
                : "did you mean '" + name + " " + suggestions.get(0) + "'?";
        command.getErr().println(name + ": " + oneLine(String.valueOf(message)) + "; " + hint);
        return ExitCode.USAGE;
    }

    private static int failed(Exception e, CommandLine command) {
        String name = command.getCommandSpec().qualifiedName();
        Integer code = Failures.exitCode(e);
        if (code != null) {
            command.getErr().println(name + ": " + oneLine(String.valueOf(e.getMessage())));
            return code;
        }
        // A defect of ours; the class tells where to look, and a message could hold input.
        StackTraceElement[] trace = e.getStackTrace();
        command.getErr()
                .println(name + ": unexpected " + e.getClass().getName() + (trace.length > 0 ? " at " + trace[0] : "")
                        + "; please report this");
        return ExitCode.FAILED;
    }

    private static String oneLine(String message) {
        return String.valueOf(message).replace('\r', ' ').replace('\n', ' ');
    }

    /** The command without a subcommand. */
    @Command(
            name = "lethe",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class,
            synopsisSubcommandLabel = "COMMAND",
            description = "References in the configuration, secrets only where they are used, nothing left afterwards.",
            exitCodeListHeading = "Exit codes:%n",
            exitCodeList = {"0:done", "1:the answer is no", "2:wrong usage", "3:it could not be done"})
    private static final class Lethe implements Runnable {

        @CommandLine.Spec
        private CommandLine.Model.@Nullable CommandSpec spec;

        @Override
        public void run() {
            throw new ParameterException(Objects.requireNonNull(spec).commandLine(), "a command is missing");
        }
    }

    /** {@code --version}: what the manifest of lethe.jar says. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"lethe " + version()};
        }

        /** Our loader defines no packages, so {@code Package} does not know it. */
        private static String version() {
            try (InputStream in = Main.class.getClassLoader().getResourceAsStream("META-INF/MANIFEST.MF")) {
                String version =
                        in == null ? null : new Manifest(in).getMainAttributes().getValue(Name.IMPLEMENTATION_VERSION);
                return version == null ? "(unpackaged)" : version;
            } catch (IOException e) {
                return "(" + e.getMessage() + ")";
            }
        }
    }
}
