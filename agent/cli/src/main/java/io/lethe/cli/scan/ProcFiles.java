package io.lethe.cli.scan;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.Arrays;
import java.util.List;

/** Small files of {@code /proc}. Stateless. */
final class ProcFiles {

    static final int SMALLEST_PAGE = 4096;

    private static final int AT_PAGESZ = 6;

    private ProcFiles() {}

    static Path of(long pid, String name) {
        return Paths.get("/proc", Long.toString(pid), name);
    }

    /** Our own process id; -1 where there is no {@code /proc}. */
    static long self() {
        try {
            return Long.parseLong(Files.readSymbolicLink(Paths.get("/proc/self"))
                    .getFileName()
                    .toString());
        } catch (IOException | RuntimeException e) {
            return -1;
        }
    }

    static List<String> lines(Path file) throws IOException {
        return Arrays.asList(text(file).split("\n"));
    }

    /** ISO 8859-1, because names of files and threads can be any bytes. */
    static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    }

    /** Fields of a {@code stat} file behind the name, which may contain blanks: state first. */
    static String[] stat(Path directory) throws IOException {
        String stat = text(directory.resolve("stat"));
        return stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    }

    static int pageSize(long pid) {
        try {
            ByteBuffer auxv =
                    ByteBuffer.wrap(Files.readAllBytes(of(pid, "auxv"))).order(ByteOrder.nativeOrder());
            while (auxv.remaining() >= 16) {
                long key = auxv.getLong();
                long value = auxv.getLong();
                if (key == AT_PAGESZ) {
                    return (int) value;
                }
            }
        } catch (IOException e) {
            // The smallest page there is only costs more look-ups.
        }
        return SMALLEST_PAGE;
    }
}
