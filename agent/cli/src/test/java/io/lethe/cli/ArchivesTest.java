package io.lethe.cli;

import static io.lethe.cli.CheckCommandTest.FACTORY;
import static io.lethe.cli.CheckCommandTest.MD5;
import static io.lethe.cli.CheckCommandTest.classFile;
import static io.lethe.cli.CheckCommandTest.driver;
import static io.lethe.cli.CheckCommandTest.renamed;
import static io.lethe.cli.CheckCommandTest.zip;
import static io.lethe.cli.Cli.bytes;
import static io.lethe.cli.Cli.run;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives that were made, or happen, to hide something from {@code lethe check}. */
class ArchivesTest {

    private static final String UNKNOWN = "io/lethe/cli/CheckCommandTest$Unknown";
    private static final int END = 22;

    @TempDir
    Path dir;

    @Test
    void settingsTooLargeToSearch_areSaid() throws Exception {
        byte[] large = new byte[(1 << 20) + 1];
        byte[] fits = new byte[1 << 20];
        Path war = write("large.war", zip(Map.of("application.yml", large)));

        Cli cli = run("check", war.toString());

        assertThat(cli.code).isEqualTo(1);
        assertThat(cli.out)
                .contains("UNKNOWN " + war
                        + ": unreadable: application.yml is too large to be searched for references\n");
        assertThat(run("check", write("fits.war", zip(Map.of("a.yml", fits))).toString()).code)
                .isEqualTo(0);
    }

    @Test
    void classElsewhere_thatSaysItIsADrivers_doesNotReplaceIt() throws Exception {
        Map<String, byte[]> decoy = changed();
        decoy.put("x/a.class", driver().get(FACTORY));
        Map<String, byte[]> twice = changed();
        twice.put("x/" + FACTORY, driver().get(FACTORY));
        Map<String, byte[]> another = driver();
        another.put(MD5, driver().get(FACTORY));
        Map<String, byte[]> unknown = new LinkedHashMap<>();
        byte[] aDriver = classFile(CheckCommandTest.Unknown.class);
        unknown.put(UNKNOWN + ".class", aDriver);
        unknown.put("x/" + UNKNOWN + ".class", renamed(aDriver, "java/sql/Driver", "java/sql/Drivex"));

        Cli elsewhere = run("check", write("decoy.jar", zip(decoy)).toString());
        Cli copies = run("check", write("twice.jar", zip(twice)).toString());
        Cli misnamed = run("check", write("another.jar", zip(another)).toString());
        Cli hidden = run("check", write("unknown.jar", zip(unknown)).toString());

        assertThat(elsewhere.code).isEqualTo(1);
        assertThat(elsewhere.out).contains("PARTIAL " + dir.resolve("decoy.jar") + ": postgresql: ");
        assertThat(copies.code).isEqualTo(1);
        assertThat(copies.out).contains("unreadable: org/postgresql/core/v3/ConnectionFactoryImpl is in there twice");
        assertThat(misnamed.code).isEqualTo(1);
        assertThat(misnamed.out).contains("unreadable: " + MD5 + " holds another class\n");
        assertThat(hidden.out).contains("UNKNOWN " + dir.resolve("unknown.jar") + ": io.lethe.cli.CheckCommandTest");
    }

    @Test
    void whatStandsBehindAGap_isRead() throws Exception {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("first.txt", bytes("x"));
        entries.putAll(changed());
        byte[] gap = withGap(zip(entries));
        byte[] miscounted = zip(driver());
        ByteBuffer end = ByteBuffer.wrap(miscounted).order(ByteOrder.LITTLE_ENDIAN);
        int count = miscounted.length - END + 10;
        end.putShort(count, (short) (end.getShort(count) + 1));
        Path war = write("shop.war", zip(Map.of("lib/gap.jar", gap, "lib/miscounted.jar", miscounted)));

        Cli cli = run("check", war.toString());

        assertThat(cli.code).isEqualTo(1);
        assertThat(cli.out)
                .contains("PARTIAL " + war + "!/lib/gap.jar: postgresql: ")
                .contains("UNKNOWN " + war + "!/lib/miscounted.jar: unreadable: it cannot be read (its directory has ");
    }

    @Test
    void namesOfFilesAndClasses_forgeNoLines() throws Exception {
        String forged = UNKNOWN.replace('$', '\n');
        byte[] aDriver = renamed(classFile(CheckCommandTest.Unknown.class), UNKNOWN, forged);
        byte[] inner = zip(Map.of(forged + ".class", aDriver, "s.yml", bytes("p: lethe:orders-db")));
        Path war =
                write("shop.war", zip(Map.of("a\nHOOKED  b\u001b[2K\u009b.jar", inner, "c\nd.jar", bytes("no jar"))));

        Cli cli = run("check", war.toString());

        assertThat(cli.code).isEqualTo(1);
        assertThat(cli.out)
                .contains("UNKNOWN " + war + "!/a?HOOKED  b?[2K?.jar: io.lethe.cli.CheckCommandTest?Unknown: ")
                .contains("note    lethe:orders-db in " + war + "!/a?HOOKED  b?[2K?.jar")
                .contains("UNKNOWN " + war + "!/c?d.jar: unreadable: ")
                .doesNotContain("\nHOOKED  b", "\u001b", "\u009b");
    }

    @Test
    void moreThanIsLookedAt_isSaid_andEndsIt() throws Exception {
        byte[] inner = zip(Map.of("a.yml", bytes("0123456789")));
        Path war = write("shop.war", zip(Map.of("a.jar", inner, "b.jar", inner, "c.txt", bytes("x"))));

        assertThat(trouble(war, new Bounds(3, 5, 1000))).isNull();
        assertThat(trouble(war, new Bounds(2, 5, 1000))).contains("(2 archives): check it in parts");
        assertThat(trouble(war, new Bounds(3, 4, 1000))).contains("(4 files)");
        int packed = 2 * inner.length;
        assertThat(trouble(war, new Bounds(3, 5, packed + 20))).isNull();
        assertThat(trouble(war, new Bounds(3, 5, packed + 19))).contains("(" + (packed + 19) + " bytes, unpacked)");
        assertThat(trouble(war, new Bounds(3, 5, 1))).contains("(1 bytes, unpacked)");
        Path folder = Files.createDirectories(dir.resolve("folder"));
        Files.copy(war, folder.resolve("shop.war"));
        assertThat(trouble(folder, new Bounds(4, 6, 1000))).isNull();
        assertThat(trouble(folder, new Bounds(3, 6, 1000))).contains("(3 archives)");
        assertThat(trouble(folder, new Bounds(4, 5, 1000))).contains("(5 files)");
    }

    @Test
    void namedPipe_isNotWaitedFor() throws Exception {
        Path folder = Files.createDirectories(dir.resolve("app"));
        for (String name : new String[] {"a.yml", "b.jar", "c.txt"}) {
            Process mkfifo = new ProcessBuilder("mkfifo", folder.resolve(name).toString()).start();
            assertThat(mkfifo.waitFor()).isZero();
        }

        Cli cli = run("check", folder.toString());

        assertThat(cli.code).isEqualTo(1);
        assertThat(cli.out)
                .containsPattern("UNKNOWN " + folder + ": unreadable: [ab][.](yml|jar) is no regular file\n");
        assertThat(run("check", folder.resolve("b.jar").toString()).err).contains("b.jar is no regular file");
    }

    @Test
    void nameThatIsNotUtf8_isSaid() throws Exception {
        ByteArrayOutputStream latin = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(latin, StandardCharsets.ISO_8859_1)) {
            zip.putNextEntry(new ZipEntry("\u00e4.txt"));
            zip.closeEntry();
        }
        Path folder = Files.createDirectories(dir.resolve("app"));
        Path jar = Files.write(folder.resolve("latin.jar"), latin.toByteArray());
        Path war = write("shop.war", zip(Map.of("latin.jar", latin.toByteArray())));

        Cli cli = run("check", folder.toString(), war.toString());

        assertThat(cli.code).isEqualTo(1);
        assertThat(cli.out)
                .contains("UNKNOWN " + jar + ": unreadable: it cannot be read (")
                .contains("UNKNOWN " + war + "!/latin.jar: unreadable: it cannot be read (a name in it is not UTF-8)");
    }

    private static String trouble(Path path, Bounds bounds) throws CliException {
        Archives archives = new Archives(Collections.emptySet(), bounds);
        archives.read(path);
        return archives.read().get(archives.read().size() - 1).trouble();
    }

    /** The driver, of which something does not fit. */
    private static Map<String, byte[]> changed() throws Exception {
        Map<String, byte[]> changed = driver();
        changed.put(FACTORY, renamed(changed.get(FACTORY), "getParametersForStartup", "getParametersForStartop"));
        return changed;
    }

    /** The archive, with bytes behind its first entry that its directory knows of. */
    private static byte[] withGap(byte[] zip) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
        int end = zip.length - END;
        int directory = in.getInt(end + 16);
        int gap = 64;
        int second = 0;
        for (int at = directory; at < end; ) {
            int place = in.getInt(at + 42);
            second = second == 0 ? place : second;
            in.putInt(at + 42, place == 0 ? 0 : place + gap);
            at += 46 + in.getShort(at + 28) + in.getShort(at + 30) + in.getShort(at + 32);
        }
        in.putInt(end + 16, directory + gap);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(zip, 0, second);
        out.write(new byte[gap]);
        out.write(zip, second, zip.length - second);
        return out.toByteArray();
    }

    private Path write(String name, byte[] bytes) throws IOException {
        return Files.write(dir.resolve(name), bytes);
    }
}
