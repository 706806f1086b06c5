package io.lethe.broker;

import io.lethe.broker.json.Json;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What an override does aloud: one line on standard error at each use, and records that the trail cannot take.
 *
 * <p>Loaded by the agent loader. Thread-safe.
 */
final class Emergency {

    /** Leases whose decision is on standard error, where what is done with them goes, too. */
    private final Set<String> followed = Collections.synchronizedSet(new HashSet<>());

    /** @param obstacle what the override lets pass */
    static void say(BreakGlass override, Request request, String obstacle) {
        System.err.println(
                "lethe: BREAK-GLASS for " + Records.what(request) + ": " + obstacle + "; it goes on by " + override);
    }

    static void write(Map<String, Object> event) {
        byte[] json = Json.write(event);
        ByteArrayOutputStream line = new ByteArrayOutputStream(json.length + 16);
        byte[] begin = "lethe: audit: ".getBytes(StandardCharsets.US_ASCII);
        line.write(begin, 0, begin.length);
        line.write(json, 0, json.length);
        line.write('\n');
        byte[] bytes = line.toByteArray();
        System.err.write(bytes, 0, bytes.length);
        System.err.flush();
    }

    void follow(Lease lease) {
        followed.add(lease.id());
    }

    /** Writes a use of such a lease; its end is the last one. */
    void follow(Map<String, Object> use) {
        if (followed.isEmpty()) {
            return;
        }
        Object lease = use.get("lease");
        if (lease instanceof String && followed.contains(lease)) {
            write(use);
            if ("close".equals(use.get("event"))) {
                followed.remove(lease);
            }
        }
    }
}
