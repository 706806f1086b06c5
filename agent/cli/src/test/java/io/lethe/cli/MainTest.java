package io.lethe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MainTest {

    @Test
    void help_listsCommandsAndExitCodes() {
        Cli cli = Cli.run("--help");

        assertThat(cli.code).isEqualTo(0);
        assertThat(cli.out).contains("scan", "0   done", "1   the answer is no", "3   it could not be done");
        assertThat(cli.err).isEmpty();
    }

    @Test
    void version_isOneLine() {
        Cli cli = Cli.run("--version");

        assertThat(cli.code).isEqualTo(0);
        assertThat(cli.out).matches("lethe \\S+\\R");
    }

    @Test
    void unknownCommand_isWrongUsage_andNamesTheNearest() {
        Cli cli = Cli.run("scann");

        assertThat(cli.code).isEqualTo(2);
        assertThat(cli.out).isEmpty();
        assertThat(cli.err)
                .isEqualTo("lethe: Unmatched argument at index 0: 'scann'; did you mean 'lethe scan'?"
                        + System.lineSeparator());
    }

    @Test
    void noCommand_andUnknownOption_areOneLineEach() {
        assertThat(Cli.run().toString())
                .isEqualTo("exit 2\nlethe: a command is missing; see 'lethe --help'" + System.lineSeparator());
        assertThat(Cli.run("scan", "1", "--jsn").toString())
                .isEqualTo("exit 2\nlethe scan: Unknown option: '--jsn'; did you mean 'lethe scan --json'?"
                        + System.lineSeparator());
    }
}
