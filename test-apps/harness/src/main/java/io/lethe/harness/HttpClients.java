package io.lethe.harness;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The HTTP clients that are tested, each in its oldest and newest supported version: a new one is one line here. */
public final class HttpClients {

    /**
     * One client library in one version.
     *
     * @param program the simple name of the program that uses it
     * @param since the first JDK that it runs on
     * @param until the last JDK that it runs on
     * @param logsIn whether it has machinery of its own that answers when a server asks for Basic
     */
    public record Client(
            String name,
            String version,
            String program,
            int since,
            int until,
            List<HttpProtocol> protocols,
            boolean logsIn,
            List<Path> jars) {

        public boolean runsOn(Jdk jdk) {
            return since <= jdk.major() && jdk.major() <= until;
        }

        public boolean speaks(HttpProtocol protocol) {
            return protocols.contains(protocol);
        }

        /** Its program on this JDK, not yet configured. */
        public Program on(Jdk jdk) {
            return Program.of(program).on(jdk).with(jars);
        }

        Client since(int jdk) {
            return new Client(name, version, program, jdk, until, protocols, logsIn, jars);
        }

        Client until(int jdk) {
            return new Client(name, version, program, since, jdk, protocols, logsIn, jars);
        }

        Client alsoH2() {
            List<HttpProtocol> both = List.of(HttpProtocol.H1, HttpProtocol.H2);
            return new Client(name, version, program, since, until, both, logsIn, jars);
        }

        Client withoutLogin() {
            return new Client(name, version, program, since, until, protocols, false, jars);
        }

        @Override
        public String toString() {
            return name + (version.isEmpty() ? "" : " " + version);
        }
    }

    private HttpClients() {}

    /** All of them. */
    public static List<Client> all() {
        List<Client> all = new ArrayList<>();
        all.add(client("HttpURLConnection", "", "HttpUrlConnectionApp"));
        all.add(client("java.net.http", "", "JdkHttpClientApp").since(11).alsoH2());
        all.add(client("Apache HttpClient", "4.0.3", "Apache40App", apache("4.0.3", "4.0.1", "1.1.1", "1.3")));
        all.add(client("Apache HttpClient", "4.2.6", "Apache40App", apache("4.2.6", "4.2.5", "1.1.1", "1.6")));
        all.add(client("Apache HttpClient", "4.3.6", "Apache4App", apache("4.3.6", "4.3.3", "1.1.3", "1.6")));
        all.add(client("Apache HttpClient", "4.5.14", "Apache4App", apache("4.5.14", "4.4.16", "1.2", "1.11")));
        all.add(client("Apache HttpAsyncClient", "4.1.5", "ApacheAsync4App", apacheAsync()));
        return all;
    }

    /** The client of this name in its newest version. */
    public static Client newest(String name) {
        return all().stream()
                .filter(client -> client.name().equals(name))
                .reduce((older, newer) -> newer)
                .orElseThrow(() -> new IllegalArgumentException("no client is called " + name));
    }

    /** Every client that runs on this JDK. */
    public static List<Client> on(Jdk jdk) {
        return all().stream().filter(client -> client.runsOn(jdk)).toList();
    }

    private static Client client(String name, String version, String program, List<Path> jars) {
        List<Path> all = new ArrayList<>(jars);
        all.add(newerApps());
        return new Client(name, version, program, 8, Integer.MAX_VALUE, List.of(HttpProtocol.H1), true, all);
    }

    private static Client client(String name, String version, String program, String... jars) {
        return client(name, version, program, jars(jars));
    }

    /** Each as {@code artifact:version}. */
    private static List<Path> jars(String... names) {
        return Arrays.stream(names)
                .map(name -> name.split(":"))
                .map(name -> Drivers.jar(name[0], name[1]))
                .toList();
    }

    private static List<Path> apache(String client, String core, String logging, String codec) {
        return jars("httpclient:" + client, "httpcore:" + core, "commons-logging:" + logging, "commons-codec:" + codec);
    }

    private static List<Path> apacheAsync() {
        List<Path> all = new ArrayList<>(apache("4.5.14", "4.4.16", "1.2", "1.11"));
        all.addAll(jars("httpasyncclient:4.1.5", "httpcore-nio:4.4.16"));
        return all;
    }

    /** The programs that need more than Java 8. */
    private static Path newerApps() {
        try {
            Class<?> any = Class.forName("legacy.JdkHttpClientApp", false, HttpClients.class.getClassLoader());
            return Path.of(
                    any.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (ClassNotFoundException | URISyntaxException e) {
            throw new IllegalStateException("the test programs are not on the class path", e);
        }
    }
}
