package io.lethe.harness;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/**
 * JDK x client x protocol x credential, in pairs. A few clients run on the oldest, the newest and the running JDK, the newest
 * version of the others on the running one: what differs between JDKs is their TLS, which all share. {@code
 * lethe.matrix=full} runs all versions on all JDKs;
 * {@code lethe.clients}, a regular expression, only those whose name and version it finds, for a quick look.
 */
final class HttpMatrix {

    private static final List<String> EVERYWHERE = List.of(
            "HttpURLConnection",
            "java.net.http",
            "Apache HttpClient 4.5.14",
            "OkHttp 4.12.0",
            "Netty 4.1.128.Final",
            "Jetty 9.4.58.v20250814");

    /** Those whose programs tell a proxy by themselves who they are. */
    private static final Pattern PROXIED = Pattern.compile("HttpURLConnection|java.net.http|Apache (?!HttpClient 4.0)|"
            + "Commons HttpClient|OkHttp|Reactor Netty|AsyncHttpClient|Vert.x|Jetty 12");

    /** In HTTP/2 the others' bodies are sent apart from their heads, and Jetty's are so in both. */
    private static final Pattern FORMS_H2 = Pattern.compile("java.net.http|OkHttp|Apache HttpClient async");

    private static final Pattern NO_FORMS_H1 = Pattern.compile("Jetty");

    /** A path is what gRPC calls a method. */
    private static final Pattern NO_URLS = Pattern.compile("gRPC");

    private static final boolean FULL = Matrix.full();

    private static final Pattern ONLY = Pattern.compile(System.getProperty("lethe.clients", ""));

    static {
        if (!ONLY.pattern().isEmpty()) {
            System.out.println("**** NOT TESTED: HTTP clients other than " + ONLY + " ****");
        }
    }

    private HttpMatrix() {}

    static Stream<Arguments> underLethe() {
        return of(HttpMatrix::possible);
    }

    /** Clients that have a sink for plain HTTP, on each JDK where the matrix has them. */
    static Stream<Arguments> plain() {
        return where(client -> client.can(HttpClients.Can.SPEAK_CLEAR_TEXT));
    }

    /** Those that log in at a proxy: the JDK's own on each JDK, the others on one. */
    static Stream<Arguments> throughProxies() {
        Set<Object> seen = new HashSet<>();
        return where(client -> PROXIED.matcher(client.toString()).lookingAt())
                .filter(row ->
                        ((HttpClients.Client) row.get()[1]).version().isEmpty() || FULL || seen.add(row.get()[1]));
    }

    private static Stream<Arguments> where(Predicate<HttpClients.Client> wanted) {
        return HttpClients.all().stream()
                .filter(wanted)
                .filter(client -> ONLY.matcher(client.toString()).find())
                .flatMap(client -> jdks(client).stream().distinct().map(jdk -> Arguments.of(jdk, client)));
    }

    /** Clients in whose URLs references are sent; the credential says nothing. */
    static Stream<Arguments> sendingUrls() {
        return of(combination -> possible(combination)
                && combination.get(3) == HttpCredential.BEARER
                && !NO_URLS.matcher(combination.get(1).toString()).lookingAt());
    }

    /** The same, on one JDK each. */
    static Stream<Arguments> sendingUrlsOnce() {
        return once(sendingUrls());
    }

    static Stream<Arguments> sendingFormsOnce() {
        return once(sendingForms());
    }

    private static Stream<Arguments> once(Stream<Arguments> rows) {
        Set<Object> seen = new HashSet<>();
        return rows.filter(row -> FULL || seen.add(List.of(row.get()[1], row.get()[2])));
    }

    /** Programs as they are, without Lethe: some, or all of them on one JDK each. */
    static Stream<Arguments> withoutLethe() {
        Set<Object> seen = new HashSet<>();
        return Matrix.of(HttpMatrix::possible, Jdks.all(), HttpClients.all(), List.of(HttpProtocol.values())).stream()
                .filter(row -> FULL || EVERYWHERE.contains(row.get(1).toString()))
                .filter(row -> seen.add(row.subList(1, 3)))
                .map(row -> Arguments.of(row.toArray()));
    }

    /** Those in whose forms too. */
    static Stream<Arguments> sendingForms() {
        return sendingUrls()
                .filter(row -> row.get()[2] == HttpProtocol.H1
                        ? !NO_FORMS_H1.matcher(row.get()[1].toString()).lookingAt()
                        : FORMS_H2.matcher(row.get()[1].toString()).lookingAt());
    }

    private static Stream<Arguments> of(Predicate<List<Object>> possible) {
        return Matrix.of(
                        possible,
                        Jdks.all(),
                        HttpClients.all(),
                        List.of(HttpProtocol.values()),
                        List.of(HttpCredential.values()))
                .stream()
                .map(combination -> Arguments.of(combination.toArray()));
    }

    /** Whether this client can do that on this JDK, the first three or four factors of a matrix. */
    static boolean possible(List<Object> combination) {
        HttpClients.Client client = (HttpClients.Client) combination.get(1);
        boolean login = combination.size() > 3 && combination.get(3) == HttpCredential.LOGIN;
        return ONLY.matcher(client.toString()).find()
                && client.speaks((HttpProtocol) combination.get(2))
                && jdks(client).contains((Jdk) combination.get(0))
                && (!login || client.can(HttpClients.Can.LOG_IN));
    }

    /** Libraries that are built on clients: the newest version of each on the running JDK, or all on all. */
    static Stream<Arguments> inheriting() {
        List<HttpClients.Client> all = InheritingClients.all();
        List<Jdk> jdks = FULL ? Jdks.all() : List.of(Jdks.running());
        return all.stream()
                .filter(client -> ONLY.matcher(client.toString()).find())
                .filter(client -> FULL || isNewest(client, all))
                .flatMap(client -> jdks.stream().filter(client::runsOn).flatMap(jdk -> of(jdk, client)));
    }

    private static Stream<Arguments> of(Jdk jdk, HttpClients.Client client) {
        return client.protocols().stream().map(protocol -> Arguments.of(jdk, client, protocol));
    }

    private static List<Jdk> jdks(HttpClients.Client client) {
        List<Jdk> on = Jdks.all().stream().filter(client::runsOn).toList();
        if (FULL || on.isEmpty()) {
            return on;
        }
        Jdk oldest = on.get(0);
        Jdk newest = on.get(on.size() - 1);
        Jdk usual = client.runsOn(Jdks.running()) ? Jdks.running() : newest;
        if (EVERYWHERE.contains(client.toString())) {
            return List.of(oldest, usual, newest);
        }
        return isNewest(client) ? List.of(usual) : List.of();
    }

    /** Whether it is the newest version of a client, and one of those that were asked for. */
    static boolean isChosen(HttpClients.Client client) {
        return isNewest(client) && ONLY.matcher(client.toString()).find();
    }

    private static boolean isNewest(HttpClients.Client client) {
        return isNewest(client, HttpClients.all());
    }

    /** The last of its name in the list. */
    private static boolean isNewest(HttpClients.Client client, List<HttpClients.Client> all) {
        return all.stream()
                .filter(other -> other.name().equals(client.name()))
                .reduce((first, second) -> second)
                .filter(client::equals)
                .isPresent();
    }
}
