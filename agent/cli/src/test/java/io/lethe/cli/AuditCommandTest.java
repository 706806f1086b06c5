package io.lethe.cli;

import static io.lethe.cli.Cli.bytes;
import static io.lethe.cli.Cli.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.broker.json.Json;
import java.io.File;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
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
        assertThat(cli.out).contains("3 chains, 7 records: intact").contains("No head was given");
        String head = cli.out.trim().substring(cli.out.trim().lastIndexOf('\n') + 1);
        Cli anchored = run("audit", "verify", audit, "--head", head);
        assertThat(anchored.code).isEqualTo(0);
        assertThat(anchored.out).doesNotContain("not anchored", "newer than the heads");
        cutLastLine(chains()[2]);
        Cli cut = run("audit", "verify", audit);
        assertThat(cut.code).isEqualTo(1);
        assertThat(cut.out).contains("that is known of it is not in it: lines were cut off or written anew");
        for (File file : Files.list(Path.of(audit)).map(Path::toFile).toList()) {
            Files.delete(file.toPath());
        }
        run(
                "vault",
                "get",
                "it",
                "--reveal",
                "--reason",
                "anew",
                "--vault",
                dir.resolve("vault").toString());
        assertThat(run("audit", "verify", audit).code).isEqualTo(0);
        Cli anew = run("audit", "verify", audit, "--head", head);
        assertThat(anew.code).isEqualTo(1);
        assertThat(anew.out).contains("MISSING: no chain and no manifest holds the head " + head);
    }

    @Test
    void headsInAFile_areTakenFromTheMidstOfALog() throws Exception {
        Path log = Files.createFile(dir.resolve("heads"));
        Path config = Files.writeString(
                dir.resolve("lethe.yaml"), "broker: vault:" + dir.resolve("vault") + "\naudit:\n  heads: heads\n");
        run("vault", "get", "it", "--reveal", "--reason", "test", "--config", config.toString());
        Files.writeString(log, "Nov 22 12:00:00 host app[1]: " + Files.readString(log));

        Cli verified = run("audit", "verify", "--config", config.toString(), "--heads", log.toString());
        assertThat(verified.code).as("%s", verified).isEqualTo(0);
        Cli json = run("audit", "verify", audit, "--json", "--heads", log.toString());
        assertThat(Json.readObject(json.bytes, 10_000).number("unanchored")).isZero();
        assertThat(Json.readObject(json.bytes, 10_000).flag("headsGiven")).isTrue();
        assertThat(run("audit", "verify", audit, "--heads", log.toString(), "--host", "another").code)
                .isEqualTo(3);
        Files.delete(chains()[0].toPath());
        Cli gone = run("audit", "verify", audit, "--heads", log.toString());
        assertThat(gone.code).isEqualTo(1);
        assertThat(gone.out).contains("BROKEN: manifest-", "that it lists is missing");
    }

    /** As rsyslog writes what it was sent: its own time and host before the text, or the message as it came. */
    @Test
    void headsInSyslog_areFoundInItsFiles() throws Exception {
        Path log = dir.resolve("messages");
        try (DatagramSocket server = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            server.setSoTimeout(60_000);
            Path config = Files.writeString(
                    dir.resolve("lethe.yaml"),
                    "broker: vault:" + dir.resolve("vault") + "\naudit.heads: syslog:127.0.0.1:" + server.getLocalPort()
                            + "\n");
            run("vault", "get", "it", "--reveal", "--reason", "test", "--config", config.toString());
            DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
            server.receive(packet);
            String sent = new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8);
            assertThat(sent)
                    .matches(
                            "<110>1 \\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z - lethe - - - lethe-audit-head host=.* head=[0-9a-f]{64}");
            String text = sent.substring(sent.indexOf("lethe-audit-head"));
            for (String line : List.of(
                    "Nov 22 12:00:00 web1 lethe " + text,
                    "2026-11-22T12:00:00.123456+00:00 web1 lethe: " + text,
                    sent)) {
                Files.writeString(log, "Nov 22 11:59:59 web1 cron[3]: other lines\n" + line + "\n");
                Cli verified = run("audit", "verify", audit, "--heads", log.toString());
                assertThat(verified.code).as("%s", verified).isEqualTo(0);
                assertThat(verified.out).doesNotContain("not anchored", "newer than the heads");
            }
        }
        Files.delete(Path.of(audit, "manifest-" + Files.getAttribute(Path.of(audit), "unix:uid")));
        assertThat(run("audit", "verify", audit, "--heads", log.toString()).code)
                .isEqualTo(1);
    }

    @Test
    void whoChangesAVault_isWrittenDownBeforeAndAfter() throws Exception {
        String vault = dir.resolve("vault").toString();
        run(bytes("N3w"), "vault", "rotate", "it", "--reason", "leaked", "--vault", vault);
        run(bytes("x"), "vault", "put", "new", "--reason", "ticket 5", "--vault", vault);
        run(
                "vault",
                "grant",
                "it",
                "--to",
                "postgresql://db:5432/orders",
                "--user",
                "shop",
                "--reason",
                "ticket 6",
                "--vault",
                vault);
        run("vault", "revoke", "g1", "--reason", "ticket 7", "--vault", vault);
        run("vault", "revoke", "g9", "--vault", vault);
        run("workload", "add", "billing", "--vault", vault);
        run("vault", "rekey", "--workload", "billing", "--vault", vault);
        run("workload", "rm", "billing", "--vault", vault);
        run("vault", "rm", "it", "--vault", vault);

        Cli shown = run("audit", "show", audit);
        String user = System.getProperty("user.name");
        assertThat(shown.out)
                .contains("  put  secret=it  field=password  actor=" + user)
                .contains("  rotate  secret=it  field=password  actor=" + user, "reason=leaked")
                .containsPattern("  done  of=rotate  assurance=[a-z]+  version=2")
                .contains("  grant  secret=it  targets=[postgresql://db:5432/orders]  users=[shop]")
                .containsPattern("  put  secret=new .*  actor=" + user + ".*  reason=ticket 5")
                .containsPattern("  grant  secret=it .*  actor=" + user + ".*  reason=ticket 6")
                .containsPattern("  done  of=put  assurance=[a-z]+  version=1")
                .containsPattern("  failed  of=revoke  assurance=[a-z]+")
                .contains(
                        "  revoke  grant=g1",
                        "reason=ticket 7",
                        "  done  of=revoke  ",
                        "  secret=it  workloads=[default]")
                .contains("  revoke  grant=g9", "  failed  of=revoke")
                .contains("  workload-add  workload=billing", "  done  of=workload-add  ")
                .contains("  rekey  workload=billing", "  done  of=rekey  ", "  recipient=age1")
                .contains("  workload-rm  workload=billing", "  rm  secret=it", "  done  of=rm")
                .doesNotContain("N3w", "S3cret", "AGE-SECRET-KEY");
        assertThat(run("audit", "verify", audit).code).isEqualTo(0);
    }

    /** This user made the vault and can change it, as who administers one can. */
    @Test
    void whatWeakensACommandsRecord_isMarkedInEachOfItsLines() throws Exception {
        String vault = dir.resolve("vault").toString();
        run("workload", "add", "billing", "--vault", vault);
        String key = run("vault", "list", "--vault", vault, "--json")
                .out
                .replaceAll("(?s).*\"key\":\\s*\"([^\"]+)\".*", "$1");
        assertThat(run("audit", "show", audit).out.lines().filter(line -> !line.contains("  chain  ")))
                .hasSize(6)
                .allMatch(line -> line.contains("  marks=[self-administered, unpinned]"));

        Path config = Files.writeString(
                dir.resolve("pinned.yaml"), "broker: vault:" + vault + "\nvault-key: '" + key + "'\n");
        run("workload", "add", "pinned", "--config", config.toString());
        assertThat(run("audit", "show", audit).out.lines().filter(line -> line.contains("workload=pinned")))
                .singleElement()
                .asString()
                .contains("  marks=[self-administered]");
    }

    @Test
    void withoutATrail_nothingIsChanged() throws Exception {
        Path file = Files.createFile(dir.resolve("file"));
        Path config = Files.writeString(
                dir.resolve("lethe.yaml"), "broker: vault:" + dir.resolve("vault") + "\naudit.dir: " + file + "\n");
        Cli put = run(bytes("x"), "vault", "put", "other", "--config", config.toString());
        assertThat(put.code).isEqualTo(3);
        assertThat(put.err).contains("is no folder");
        assertThat(run("vault", "list", "--vault", dir.resolve("vault").toString()).out)
                .doesNotContain("other");
    }

    @Test
    void aChangedRecord_aMissingChain_andGarbage_areExit1() throws Exception {
        Path first = chains()[1].toPath();
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
                .hasLineCount(7)
                .contains("  reveal  secret=it  field=password")
                .doesNotContain("S3cret");
        assertThat(json.out)
                .isEqualTo(Files.readString(chains()[0].toPath())
                        + Files.readString(chains()[1].toPath())
                        + Files.readString(chains()[2].toPath()));
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
        File[] files = new File(audit).listFiles((folder, name) -> name.endsWith(".jsonl"));
        Arrays.sort(files);
        return files;
    }

    private static void cutLastLine(File file) throws Exception {
        List<String> lines = Files.readAllLines(file.toPath());
        Files.write(file.toPath(), lines.subList(0, lines.size() - 1));
    }
}
