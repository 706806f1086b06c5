package io.lethe.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.broker.digest.Sha256;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CallerProbeTest {

    /** What is loaded by several loaders. */
    public static final class Code {}

    private static final String NAME = Code.class.getName();
    private static final String ENTRY = NAME.replace('.', '/') + ".class";

    @TempDir
    Path folder;

    private final List<URLClassLoader> loaders = new ArrayList<>();

    @AfterEach
    void closeLoaders() throws Exception {
        for (URLClassLoader loader : loaders) {
            loader.close();
        }
    }

    @Test
    void inAServer_itIsTheWarOfTheNearestClass_notTheServersLibraries() throws Exception {
        URLClassLoader server = loader(null, jar("lib/driver.jar"));
        Class<?> driver = server.loadClass(NAME);
        Class<?> pool = child(server, jar("lib/pool.jar")).loadClass(NAME);
        Class<?> a = child(pool.getClassLoader(), classes("webapps/a/WEB-INF/classes"))
                .loadClass(NAME);
        Class<?> b = child(pool.getClassLoader(), jar("webapps/b.war/WEB-INF/lib/b 1.jar"))
                .loadClass(NAME);
        assertThat(deployment(null, driver, pool, a, driver)).isEqualTo(at("webapps/a"));
        assertThat(deployment(null, driver, pool, b, a, driver)).isEqualTo(at("webapps/b.war"));
        // A pool's own thread, with what it was started by, and without anything.
        assertThat(deployment(b.getClassLoader(), driver, pool)).isEqualTo(at("webapps/b.war"));
        assertThat(deployment(null, String.class)).isNull();
        assertThat(deployment(null)).isNull();
    }

    @Test
    void withoutAWar_itIsTheOutermostOfTheNearestLoader() throws Exception {
        Class<?> app = loader(null, jar("a.jar")).loadClass(NAME);
        Class<?> other = loader(null, jar("b.jar")).loadClass(NAME);
        assertThat(deployment(null, app, other)).isEqualTo(at("a.jar"));
        assertThat(deployment(app.getClassLoader(), other, app)).isEqualTo(at("b.jar"));
    }

    @Test
    void theDriver_isTheClassThatCalledUs_andItsJarIsDigestedOnce() throws Exception {
        Path jar = jar("driver+1 a.jar");
        Class<?> driver = loader(null, jar).loadClass(NAME);
        Class<?> app = loader(null, jar("app.jar")).loadClass(NAME);
        Class<?>[] stack = {Caller.class, Hooked.class, driver, app};
        Caller caller = CallerProbe.of(stack, null, null, Hooked.class.getName());
        String sha256 = Sha256.hex(Files.readAllBytes(jar));
        assertThat(caller.isKnown()).isFalse();
        assertThat(caller.describe()).containsEntry("driver", jar.toString()).doesNotContainKey("driver.sha256");
        assertThat(caller.selector("driver.sha256")).isEqualTo(sha256);
        assertThat(caller.isKnown()).isTrue();
        Files.write(jar, new byte[] {1});
        Caller again = CallerProbe.of(stack, null, null, Hooked.class.getName());
        assertThat(again).isEqualTo(caller).hasSameHashCodeAs(caller);
        assertThat(again.selector("driver.sha256")).isEqualTo(sha256);
        assertThat(CallerProbe.of(new Class<?>[] {Hooked.class, String.class, app}, null, null, Hooked.class.getName())
                        .selector("driver.sha256"))
                .as("a client of the JDK is in no jar")
                .isNull();
    }

    @Test
    void whileTheJarIsDigested_nobodyWaitsToHearThatItIsNotKnownYet() throws Exception {
        CodePlace place = CodePlace.of(jar("driver.jar").toUri().toURL());
        AtomicReference<Boolean> known = new AtomicReference<>();
        Thread application = new Thread(() -> known.set(place.isDigested()));
        // As the thread that makes the digest does.
        synchronized (place) {
            application.start();
            application.join(TimeUnit.SECONDS.toMillis(20));
            assertThat(known.get()).isFalse();
        }
        place.sha256();
        assertThat(place.isDigested()).isTrue();
    }

    @Test
    void aJarInAnArchive_isDigestedThere_andAFolderIsNoJar() throws Exception {
        Path inner = jar("inner.jar");
        Path outer = folder.resolve("app.jar");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(outer))) {
            out.putNextEntry(new ZipEntry("BOOT-INF/lib/inner.jar"));
            out.write(Files.readAllBytes(inner));
        }
        String sha256 = Sha256.hex(Files.readAllBytes(inner));
        for (String url : new String[] {
            "jar:file:" + outer + "!/BOOT-INF/lib/inner.jar!/", "jar:" + outer.toUri() + "!/BOOT-INF/lib/inner.jar"
        }) {
            CodePlace place = CodePlace.of(URI.create(url).toURL());
            assertThat(place.sha256()).isEqualTo(sha256);
            assertThat(place.deployment()).isEqualTo(outer.toString());
        }
        assertThat(CodePlace.of(folder.toUri().toURL()).sha256()).isNull();
        assertThat(CodePlace.of(folder.resolve("gone.jar").toUri().toURL()).sha256())
                .isNull();
    }

    @Test
    void here_neverFails() {
        assertThat(CallerProbe.here().selector("driver.sha256")).isNull();
    }

    private static String deployment(ClassLoader context, Class<?>... stack) {
        return CallerProbe.of(stack, CallerProbeTest.class.getClassLoader(), context)
                .selector("deployment");
    }

    private String at(String path) {
        return folder.resolve(path).toString();
    }

    private URLClassLoader child(ClassLoader parent, Path path) throws Exception {
        // Its own class first, as a web application's loader does it.
        return loader(parent, path);
    }

    private URLClassLoader loader(ClassLoader parent, Path path) throws Exception {
        URLClassLoader loader = new URLClassLoader(new URL[] {path.toUri().toURL()}, parent) {
            @Override
            protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
                if (name.equals(NAME)) {
                    Class<?> loaded = findLoadedClass(name);
                    return loaded != null ? loaded : findClass(name);
                }
                return super.loadClass(name, resolve);
            }
        };
        loaders.add(loader);
        return loader;
    }

    private Path jar(String name) throws Exception {
        Path jar = folder.resolve(name);
        Files.createDirectories(jar.getParent());
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar))) {
            out.putNextEntry(new ZipEntry(ENTRY));
            out.write(code());
        }
        try (ZipFile file = new ZipFile(jar.toFile())) {
            assertThat(file.size()).isOne();
        }
        return jar;
    }

    private Path classes(String name) throws Exception {
        Path root = folder.resolve(name);
        Path file = root.resolve(ENTRY);
        Files.createDirectories(file.getParent());
        Files.write(file, code());
        return root;
    }

    private static byte[] code() throws Exception {
        try (InputStream in = CallerProbeTest.class.getClassLoader().getResourceAsStream(ENTRY)) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            in.transferTo(out);
            return out.toByteArray();
        }
    }

    private static final class Hooked {}
}
