package io.lethe.http;

import io.lethe.broker.Lease;
import io.lethe.broker.Request;
import io.lethe.broker.Use;
import io.lethe.secret.NotSecret;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/**
 * A random text of the secret's length that stands in its place for one request on one connection, and becomes the secret
 * once, inside the TLS record, or in what a plain connection writes.
 *
 * <p>Its characters are those that HPACK's Huffman code makes longer than a byte (RFC 7541, B), so that an encoder which takes
 * the shorter form sends them as they are.
 *
 * <p>Loaded by the agent loader. Guarded by the {@link Wire} that it was armed on. Holds a lease and no secret.
 */
final class Marker {

    /** Shorter secrets would make markers that can be guessed. */
    static final int SHORTEST = 8;

    /** The first character of each: what the search looks for. */
    static final byte FIRST = '~';

    private static final String ALPHABET = "$@[]~^}<{`#>|+'!";
    private static final SecureRandom RANDOM = new SecureRandom();

    final byte[] text;
    final Filling filling;
    final long expiresAt;
    /** What the secret was asked for; null for the proof's, which is none. */
    final @Nullable Claim claim;

    private final Before before;

    Marker(byte[] text, Before before, Filling filling, @Nullable Claim claim, long expiresAt) {
        this.text = text;
        this.before = before;
        this.filling = filling;
        this.claim = claim;
        this.expiresAt = expiresAt;
    }

    static byte[] random(int length) {
        byte[] noise = new byte[(length + 1) / 2];
        RANDOM.nextBytes(noise);
        byte[] text = new byte[length];
        text[0] = FIRST;
        for (int i = 1; i < length; i++) {
            // Half a byte is one of 16 characters: the other half is the next one.
            int half = (i & 1) == 0 ? noise[i / 2] : noise[i / 2] >> 4;
            text[i] = (byte) ALPHABET.charAt(half & 15);
        }
        return text;
    }

    /** As a client's encoder takes it. */
    String asText() {
        return asText(text);
    }

    /** As {@link #random}, for an encoder that has to have it before the marker is armed. */
    static String randomText(int length) {
        return asText(random(length));
    }

    @NotSecret("a marker is random and means nothing to anybody else")
    private static String asText(byte[] marker) {
        return new String(marker, StandardCharsets.US_ASCII);
    }

    boolean standsAfter(Before.Stream stream) {
        return before.fits(stream);
    }

    /** Gives the lease back; idempotent. */
    void close() {
        filling.close();
        if (claim != null) {
            claim.close();
        }
    }

    /** One request and the lease that allows it. */
    static final class Claim {

        final Request request;
        private final Lease lease;
        private final @Nullable Use use;

        /** On a warm lease. */
        Claim(Request request, Use use) {
            this(request, use.lease(), use);
        }

        /** On a lease that its holder closes. */
        Claim(Request request, Lease lease) {
            this(request, lease, null);
        }

        private Claim(Request request, Lease lease, @Nullable Use use) {
            this.request = request;
            this.lease = lease;
            this.use = use;
        }

        Lease lease() {
            return lease;
        }

        /** Gives back what was lent; idempotent. */
        void close() {
            if (use != null) {
                use.close();
            }
        }
    }
}
