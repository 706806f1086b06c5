package legacy;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/** Reads a program's configuration the way most programs do. */
final class Config {

    private Config() {}

    static Properties load(String file) throws IOException {
        Properties config = new Properties();
        try (InputStream in = new FileInputStream(file)) {
            config.load(in);
        }
        return config;
    }

    /** Entries whose key begins with {@code prefix}, without it. */
    static Properties under(String prefix, Properties config) {
        Properties found = new Properties();
        for (String key : config.stringPropertyNames()) {
            if (key.startsWith(prefix)) {
                found.setProperty(key.substring(prefix.length()), config.getProperty(key));
            }
        }
        return found;
    }
}
