package io.lethe.cli;

import static io.lethe.cli.Cli.bytes;
import static io.lethe.cli.Cli.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.broker.json.Json;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditCommandTest {

    @TempDir
    Path dir;

    private String audit;

    @BeforeEach
    void twoChains() {
        String vault = dir.resolve("vault").toString();
        audit = dir.resolve("vault/audit").toString();
        run("vault", "init", vault);
        run(bytes("S3cret"), "vault", "put", "it", "--vault", vault);
        run("vault", "get", "it", "--reveal", "--reason", "test", "--vault", vault);
        run("vault", "get", "it", "--reveal", "--reason", "test", "--vault", vault);
    }

    @Test
    void anIntactTrail_isExit0_andOffersTheHeadToKeep() throws Exception {
        Cli cli = run("audit", "verify", audit);

        assertThat(cli.code).isEqualTo(0);
        assertThat(cli.out).contains("2 chains, 4 records: intact").contains("No head was given");
        String head = cli.out.trim().substring(cli.out.trim().lastIndexOf('\n') + 1);
        assertThat(run("audit", "verify", audit, "--head", head).code).isEqualTo(0);
        cutLastLine(chains()[1]);
        assertThat(run("audit", "verify", audit).code).isEqualTo(0);
        Cli cut = run("audit", "verify", audit, "--head", head);
        assertThat(cut.code).isEqualTo(1);
        assertThat(cut.out).contains("MISSING: no chain holds the head " + head);
    }

    @Test
    void aChangedRecord_aMissingChain_andGarbage_areExit1() throws Exception {
        Path first = chains()[0].toPath();
        String text = Files.readString(first);
        Files.writeString(first, text.replace("\"host\"", "\"hosT\""));
        Cli changed = run("audit", "verify", audit);
        assertThat(changed.code).isEqualTo(1);
        assertThat(changed.out).contains("BROKEN: line 2 does not link to the line before it");

        Files.writeString(first, "garbage\n");
        assertThat(run("audit", "verify", audit).out).contains("BROKEN: line 1 is not an audit record");
        assertThat(run("audit", "show", audit).code).isEqualTo(1);

        Files.delete(first);
        Cli missing = run("audit", "verify", "--json", audit);
        assertThat(missing.code).isEqualTo(1);
        assertThat(Json.readObject(missing.bytes, 10_000).flag("intact")).isFalse();
        assertThat(missing.out).contains("is missing");
    }

    @Test
    void show_printsRecords_withoutSecrets() throws Exception {
        Cli text = run("audit", "show", audit);
        Cli json = run("audit", "show", "--json", audit);

        assertThat(text.code).isEqualTo(0);
        assertThat(text.out)
                .hasLineCount(4)
                .contains("  reveal  secret=it  field=password")
                .doesNotContain("S3cret");
        assertThat(json.out).isEqualTo(Files.readString(chains()[0].toPath()) + Files.readString(chains()[1].toPath()));
    }

    @Test
    void show_disarmsWhatATerminalWouldObey() throws Exception {
        Files.writeString(chains()[1].toPath(), "{\"time\":\"t\",\"event\":\"\\u001b[31mred\"}\n");

        assertThat(run("audit", "show", audit).out).contains("red").doesNotContain("\u001b");
    }

    @Test
    void aFolderThatIsNotThere_isExit3() {
        for (String command : new String[] {"verify", "show"}) {
            Cli cli = run("audit", command, dir.resolve("none").toString());
            assertThat(cli.code).isEqualTo(3);
            assertThat(cli.err).contains("cannot be read").hasLineCount(1);
        }
    }

    @Test
    void anEmptyFolder_saysSo() throws Exception {
        Files.createDirectory(dir.resolve("empty"));

        assertThat(run("audit", "verify", dir.resolve("empty").toString()).out).contains("no chains in");
    }

    private File[] chains() {
        File[] files = new File(audit).listFiles();
        Arrays.sort(files);
        return files;
    }

    private static void cutLastLine(File file) throws Exception {
        List<String> lines = Files.readAllLines(file.toPath());
        Files.write(file.toPath(), lines.subList(0, lines.size() - 1));
    }
}
