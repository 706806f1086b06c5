package io.lethe.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** README.md: tests of its walk-throughs take what they do from there, word by word. Stateless. */
final class Readme {

    private Readme() {}

    /** The indented blocks below a heading of any depth, in their order, without the indentation. */
    static List<String> blocks(String heading) {
        List<String> blocks = new ArrayList<>();
        StringBuilder block = new StringBuilder();
        boolean inside = false;
        for (String line : lines()) {
            if (line.startsWith("#")) {
                inside = line.replaceFirst("^#+ ", "").equals(heading);
            } else if (inside && line.startsWith("    ")) {
                block.append(line.substring(4)).append('\n');
            } else if (inside && !line.isEmpty() && block.length() > 0) {
                blocks.add(block.toString());
                block.setLength(0);
            }
        }
        if (block.length() > 0) {
            blocks.add(block.toString());
        }
        if (blocks.isEmpty()) {
            throw new IllegalStateException("README has no block below '" + heading + "'");
        }
        return blocks;
    }

    private static List<String> lines() {
        try {
            return Files.readAllLines(Path.of(System.getProperty("lethe.readme", "../../README.md")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
