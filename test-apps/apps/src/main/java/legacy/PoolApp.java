package legacy;

import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.sql.DriverManager;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import javax.management.Attribute;
import javax.management.InstanceNotFoundException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/**
 * A container of data sources: several at once, each from a file (see {@link ContainedSource}), each with pool and driver in a
 * class loader of its own. {@code make NAME FILE}, {@code borrow NAME N} keeps N more connections, {@code query NAME} answers
 * who they are, {@code load NAME N} lets N threads take connections and give them back until {@code unload NAME}, which answers
 * how many queries were answered and failed, {@code validate NAME}, {@code return NAME}, {@code call NAME KEY} follows the path that its file has under that
 * key, {@code again NAME NEW} makes another from its JNDI reference, {@code tell NAME} and {@code mbeans} print what
 * consoles show, {@code names} answers the names of those beans, {@code close NAME}.
 */
public final class PoolApp implements Console.Program {

    private final Map<String, ContainedSource> sources = new LinkedHashMap<>();

    public static void main(String[] args) throws Exception {
        DriverManager.setLogWriter(new PrintWriter(System.err, true));
        Console.serve(new PoolApp());
    }

    @Override
    public String run(String[] words) throws Exception {
        String name = words.length > 1 ? words[1] : "";
        switch (words[0]) {
            case "make":
                sources.put(name, new ContainedSource(Config.load(words[2])));
                return "";
            case "borrow":
                return source(name).borrow(Integer.parseInt(words[2]));
            case "query":
                return source(name).query();
            case "validate":
                return source(name).validate();
            case "load":
                return source(name).load(Integer.parseInt(words[2]));
            case "unload":
                return source(name).unload();
            case "return":
                return source(name).giveBack();
            case "call":
                return source(name).call(words[2]);
            case "again":
                sources.put(words[2], source(name).again());
                return "";
            case "tell":
                return shown(source(name).told());
            case "mbeans":
                return shown(mbeans().toString().replace(", ", "\n"));
            case "names":
                return names();
            case "close":
                source(name).close();
                sources.remove(name);
                return "";
            default:
                throw new IllegalArgumentException("unknown command " + words[0]);
        }
    }

    private ContainedSource source(String name) {
        ContainedSource source = sources.get(name);
        if (source == null) {
            throw new IllegalArgumentException("no data source " + name);
        }
        return source;
    }

    private static String names() throws Exception {
        StringBuilder names = new StringBuilder();
        for (String name : mbeans().keySet()) {
            // Connections come and go.
            names.append(name.contains("connection=") || name.contains("connections=") ? "" : name + " ");
        }
        return names.toString();
    }

    /** Printed with an indent, so that no line of it is an answer. */
    private static String shown(String text) {
        System.out.println("  " + text.replace("\n", "\n  "));
        return "";
    }

    /** What a JMX console shows, but of the JDK's own. */
    private static Map<String, String> mbeans() throws Exception {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        Map<String, String> shown = new TreeMap<>();
        for (ObjectName name : server.queryNames(null, null)) {
            String domain = name.getDomain();
            if (domain.startsWith("java.")
                    || domain.startsWith("JMImpl")
                    || domain.contains("jdk")
                    || domain.startsWith("com.sun")) {
                continue;
            }
            try {
                StringBuilder attributes = new StringBuilder();
                for (MBeanAttributeInfo attribute : server.getMBeanInfo(name).getAttributes()) {
                    for (Object value : server.getAttributes(name, new String[] {attribute.getName()})) {
                        attributes.append(' ').append((Attribute) value);
                    }
                }
                shown.put(name.toString(), attributes.toString());
            } catch (InstanceNotFoundException e) {
                // A pool's connection, which has been closed meanwhile.
                continue;
            }
        }
        return shown;
    }
}
