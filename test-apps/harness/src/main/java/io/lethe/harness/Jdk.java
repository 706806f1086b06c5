package io.lethe.harness;

import java.nio.file.Path;
import java.util.List;

/** One installed JDK. */
public record Jdk(int major, Path home) {

    public Path java() {
        return home.resolve("bin/java");
    }

    /** Flags of the collectors that this JDK has, by name; generational ZGC of 21 counts as one. */
    public List<Collector> collectors() {
        return Jdks.collectors(this);
    }

    /** A garbage collector and the flags that choose it. */
    public record Collector(String name, List<String> flags) {
        @Override
        public String toString() {
            return name;
        }
    }

    @Override
    public String toString() {
        return "jdk" + major;
    }
}
