package testagent;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.InputStream;
import java.lang.instrument.Instrumentation;
import java.net.URL;
import java.net.URLClassLoader;

/** The agent's entry: {@code <jar with LetheHooks>,<part of the agent loader>...}. */
public final class Premain {

    public static void premain(String arguments, Instrumentation instrumentation) throws Exception {
        String[] files = arguments.split(",");
        URL[] urls = new URL[files.length - 1];
        for (int i = 1; i < files.length; i++) {
            urls[i - 1] = new File(files[i]).toURI().toURL();
        }
        ClassLoader platform = null;
        if (!System.getProperty("java.specification.version").equals("1.8")) {
            platform = (ClassLoader) ClassLoader.class.getMethod("getPlatformClassLoader").invoke(null);
        }
        ClassLoader own = new URLClassLoader(urls, platform);
        Class.forName("testagent.Start", true, own)
                .getMethod("start", Instrumentation.class, ClassLoader.class, File.class, byte[].class)
                .invoke(null, instrumentation, platform, new File(files[0]), hooks());
    }

    private static byte[] hooks() throws Exception {
        InputStream in = Premain.class.getResourceAsStream("/LetheHooks.data");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0; b = in.read()) {
            out.write(b);
        }
        return out.toByteArray();
    }
}
