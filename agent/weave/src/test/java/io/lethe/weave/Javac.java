package io.lethe.weave;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Compiles sources in memory. */
final class Javac {

    private Javac() {}

    /** Returns class files by internal name. Each source's first line is {@code // path/Name.java}. */
    static Map<String, byte[]> compile(int release, String... sources) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        Map<String, ByteArrayOutputStream> out = new LinkedHashMap<>();
        JavaFileManager files =
                new ForwardingJavaFileManager<JavaFileManager>(compiler.getStandardFileManager(null, null, null)) {
                    @Override
                    public JavaFileObject getJavaFileForOutput(
                            Location location, String name, JavaFileObject.Kind kind, FileObject sibling) {
                        return new SimpleJavaFileObject(URI.create("mem:///" + name.replace('.', '/')), kind) {
                            @Override
                            public OutputStream openOutputStream() {
                                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                                out.put(name.replace('.', '/'), bytes);
                                return bytes;
                            }
                        };
                    }
                };
        List<JavaFileObject> units = new ArrayList<>();
        for (String source : sources) {
            String path = source.substring(3, source.indexOf('\n')).trim();
            units.add(new SimpleJavaFileObject(URI.create("mem:///" + path), JavaFileObject.Kind.SOURCE) {
                @Override
                public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                    return source;
                }
            });
        }
        StringWriter messages = new StringWriter();
        String path = Jars.of(Gate.class).toString();
        List<String> options = List.of("--release", "" + release, "-nowarn", "-Xlint:-options", "-g", "-cp", path);
        boolean done =
                compiler.getTask(messages, files, null, options, null, units).call();
        try {
            files.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        if (!done) {
            throw new IllegalArgumentException(messages.toString());
        }
        Map<String, byte[]> classes = new LinkedHashMap<>();
        out.forEach((name, bytes) -> classes.put(name, bytes.toByteArray()));
        return classes;
    }
}
