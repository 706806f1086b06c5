package io.lethe.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Secrets of every length and content, and markers wherever a write or a record may cut them, arrive whole or are refused: the
 * server never sees a marker, a reference or a part.
 */
final class HttpValueIT {

    private static final byte[] SECRET = Secrets.random(32);
    private static final byte[] OTHER = Secrets.random(24);
    private static final byte[] LONG = Secrets.random(1_000);
    private static final byte[] HUGE = Secrets.random(20_000);
    private static final byte[] SHORT = Secrets.random(7);
    private static final byte[] EIGHT = Secrets.random(8);
    private static final byte[] LINE = (Secrets.text(Secrets.random(16)) + "\n").getBytes(StandardCharsets.US_ASCII);
    private static final byte[] HEADERS =
            (Secrets.text(Secrets.random(16)) + "\r\nX-Evil: 1\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NUL = (Secrets.text(Secrets.random(16)) + "\0").getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NOT_ASCII = ("p\u00e4ssw\u00f6rd-\u20ac-\u043a\u043b\u044e\u0447-"
                    + Secrets.text(Secrets.random(8)))
            .getBytes(StandardCharsets.UTF_8);
    /** What no server may ever see, and no marker or reference. */
    private static final Taken UNTRUE = new Taken(LINE, HEADERS, NUL);

    private static final Map<HttpProtocol, HttpRecorder> SERVERS = new HashMap<>();

    private static HttpApps apps;

    @BeforeAll
    static void start() {
        Authority authority = Authority.create();
        Authority.Identity identity = authority.server("server");
        for (HttpProtocol protocol : HttpProtocol.values()) {
            SERVERS.put(protocol, HttpRecorder.tls(identity, protocol));
        }
        VaultSetup vault = VaultSetup.create();
        put(vault, "payments", SECRET);
        vault.username("payments", "Aladdin");
        put(vault, "other", OTHER);
        put(vault, "long", LONG);
        put(vault, "huge", HUGE);
        put(vault, "short", SHORT);
        put(vault, "eight", EIGHT);
        put(vault, "line", LINE);
        put(vault, "headers", HEADERS);
        put(vault, "nul", NUL);
        put(vault, "not-ascii", NOT_ASCII);
        apps = new HttpApps(row -> row.program().flags(authority.trusted()).underLethe(vault.config()));
    }

    private static void put(VaultSetup vault, String name, byte[] value) {
        String h1 = SERVERS.get(HttpProtocol.H1).origin();
        String h2 = SERVERS.get(HttpProtocol.H2).origin();
        vault.put(name, value).grantWith(name, h1, "--to", h2, "--header", "Authorization", "--header", "X-Api-Key");
    }

    @AfterAll
    static void stop() {
        Taken nothing = new Taken(SECRET, OTHER, LONG, HUGE, EIGHT, LINE, HEADERS, NUL, NOT_ASCII);
        apps.printed().forEach(nothing::isNotIn);
        apps.close();
        SERVERS.values().forEach(HttpRecorder::close);
    }

    private static HttpRecorder server(HttpRow row) {
        return SERVERS.get(row.protocol());
    }

    private static HttpConfig config(HttpRow row) {
        return row.to(server(row).origin());
    }

    /** Sends it, and fails unless the server received this once more. */
    private static void sent(HttpRow row, HttpConfig config, byte[]... expected) {
        App app = apps.of(row, config);
        List<Integer> before = counts(row, expected);
        assertThat(app.mustDo("get")).startsWith("200");
        arrived(row, before, expected);
    }

    private static void arrived(HttpRow row, List<Integer> before, byte[]... expected) {
        List<Integer> after = counts(row, expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat(after.get(i))
                    .as("value " + i + " of " + expected[i].length + " bytes arrived")
                    .isEqualTo(before.get(i) + 1);
        }
        UNTRUE.isNotIn(server(row));
    }

    private static List<Integer> counts(HttpRow row, byte[]... expected) {
        String received = server(row).text();
        List<Integer> counts = new ArrayList<>();
        for (byte[] each : expected) {
            int count = 0;
            for (int at = received.indexOf(latin1(each)); at >= 0; at = received.indexOf(latin1(each), at + 1)) {
                count++;
            }
            counts.add(count);
        }
        return counts;
    }

    private static byte[] bytes(String before, byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(before.getBytes(StandardCharsets.UTF_8));
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static void refused(HttpRow row, HttpConfig config, String... said) {
        int before = server(row).requests();
        assertThat(apps.of(row, config).ask("get"))
                .startsWith("error - java")
                .contains(server(row).origin())
                .contains(said);
        assertThat(server(row).requests()).as("requests that arrived").isEqualTo(before);
        UNTRUE.isNotIn(server(row));
    }

    private static String latin1(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.lethe.harness.HttpRow#all")
    void secretsOfManyKinds_arriveWholeOrAreRefused(HttpRow row) {
        sent(row, config(row).apiKey("lethe:long"), LONG);
        sent(row, config(row).apiKey("lethe:eight"), EIGHT);
        sent(row, config(row).bearer("lethe:not-ascii"), bytes("Bearer ", NOT_ASCII));
        refused(row, config(row).apiKey("lethe:short"), "lethe:short", "shorter than 8");
        refused(row, config(row).apiKey("lethe:line"), "lethe:line", "control character");
        refused(row, config(row).apiKey("lethe:headers"), "lethe:headers", "control character");
        refused(row, config(row).bearer("lethe:nul"), "lethe:nul", "control character");
        if (row.isH2()) {
            refused(row, config(row).apiKey("lethe:huge"), "lethe:huge", "HTTP/2");
        } else {
            sent(row, config(row).apiKey("lethe:huge"), HUGE);
        }
        sent(row, config(row).bearer("lethe:payments"), SECRET);
    }

    /** 8 KiB is what HttpURLConnection buffers, 16 KiB a record's and an HTTP/2 frame's most. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("io.lethe.harness.HttpRow#all")
    void markerAcrossTheEndOfAWriteOrARecord_arrivesWholeOrIsRefused(HttpRow row) {
        for (int end : new int[] {8_192, 16_384}) {
            for (int length = end - 320; length <= end + 16; length += length < end - 240 ? 23 : 5) {
                HttpConfig config = config(row).apiKey("lethe:payments").header("A-Pad", "p".repeat(length));
                App app = apps.of(row, config);
                List<Integer> before = counts(row, SECRET);
                String answer = app.ask("get");
                if (answer.startsWith("ok 200")) {
                    arrived(row, before, SECRET);
                } else {
                    assertThat(row.isH2()).as("HTTP/1.1 cuts nothing").isTrue();
                    assertThat(length).as("what is surely less than a frame").isGreaterThan(16_000);
                    assertThat(answer).as(length + " before it").contains("lethe:payments", "HTTP/2");
                    assertThat(counts(row, Arrays.copyOf(SECRET, 8))).isEqualTo(before);
                    UNTRUE.isNotIn(server(row));
                }
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.lethe.harness.HttpRow#all")
    void twoReferencesInOneRequest_bothArrive(HttpRow row) {
        sent(row, config(row).bearer("lethe:payments").apiKey("lethe:other"), bytes("Bearer ", SECRET), OTHER);
        sent(
                row,
                config(row).apiKey("id=lethe:other; key=lethe:payments; end"),
                bytes("id=", OTHER, bytes("; key="), SECRET, bytes("; end")));
        sent(row, config(row).apiKey("lethe:other,lethe:payments"), bytes("", OTHER, bytes(","), SECRET));
        refused(row, config(row).bearer("lethe:payments").apiKey("lethe:short"), "lethe:short");
        sent(row, config(row).bearer("lethe:payments"), bytes("Bearer ", SECRET));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.lethe.harness.HttpRow#all")
    void basic_withAReferenceAsUserPasswordOrBoth(HttpRow row) {
        sent(row, written(row, "joe:lethe:payments"), basic(bytes("joe:", SECRET)));
        sent(row, written(row, "lethe:payments:lethe:payments"), basic(bytes("Aladdin:", SECRET)));
        sent(row, written(row, "lethe:payments#username:in the clear"), basic(bytes("Aladdin:in the clear")));
        refused(row, written(row, "lethe:payments#password:x"), "lethe:payments", "user's place");
        refused(row, written(row, "lethe:payments:lethe:other"), "lethe:other", "two secrets");
        refused(row, written(row, "lethe:other:x"), "lethe:other", "no username");
        refused(row, written(row, "joe:lethe:NOT A NAME"), "not a reference");
        refused(row, config(row).header("Authorization", "Basic am9lOmxldGhlOnBheW1lbnRz*"), "Basic", "Base64");
    }

    private static HttpConfig written(HttpRow row, String login) {
        return config(row)
                .header(
                        "Authorization",
                        "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8)));
    }

    private static byte[] basic(byte[] login) {
        return bytes("Basic " + Base64.getEncoder().encodeToString(login));
    }
}
