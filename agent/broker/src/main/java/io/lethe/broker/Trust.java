package io.lethe.broker;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whom a TLS server must be vouched for by, so that it gets the secret: certificate authorities, keys, or, where a grant
 * names neither, the JVM's default trust store.
 *
 * <p>Loaded by the agent loader and the command line's. Immutable; equal by value. Nothing of it is secret. Certificates are
 * kept as they are encoded and looked at by whoever checks a chain.
 */
public final class Trust {

    /** Neither an authority nor a key is named. */
    public static final Trust DEFAULT = new Trust(Collections.<byte[]>emptyList(), Collections.<String>emptySet());

    private static final String PIN = "sha256/";
    private static final int SHA256_BYTES = 32;

    private final List<byte[]> authorities;
    private final Set<String> pins;
    private final int hash;

    /**
     * @param authorities certificates in DER
     * @param pins {@code sha256/} and the Base64 of the SHA-256 of a SubjectPublicKeyInfo, as {@link #pin} has them
     */
    Trust(Collection<byte[]> authorities, Set<String> pins) {
        this.authorities = copy(authorities);
        this.pins = Collections.unmodifiableSet(new LinkedHashSet<>(pins));
        this.hash = 31 * this.pins.hashCode() + Arrays.deepHashCode(this.authorities.toArray());
    }

    /** Certificates, in DER, of authorities, one of which may vouch for the server's chain; fresh arrays. */
    public List<byte[]> authorities() {
        return copy(authorities);
    }

    /** Keys that a server may have itself, whoever signed them: {@code sha256/BASE64}. */
    public Set<String> pins() {
        return pins;
    }

    /** Whether the JVM's default trust store decides. */
    public boolean isDefault() {
        return authorities.isEmpty() && pins.isEmpty();
    }

    /** Reads a pin, so that each key has one spelling. */
    static String pin(String text) {
        if (text.startsWith(PIN)) {
            try {
                byte[] hash = Base64.getDecoder().decode(text.substring(PIN.length()));
                if (hash.length == SHA256_BYTES) {
                    return PIN + Base64.getEncoder().encodeToString(hash);
                }
            } catch (IllegalArgumentException e) {
                // Said below.
            }
        }
        throw new IllegalArgumentException("'" + Text.shown(text)
                + "' is not a pin: write sha256/ and the Base64 of the SHA-256 of the server's public key");
    }

    private static List<byte[]> copy(Collection<byte[]> certificates) {
        List<byte[]> copy = new ArrayList<>(certificates.size());
        for (byte[] certificate : certificates) {
            copy.add(certificate.clone());
        }
        return copy;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        if (this == other) {
            // As for all leases under one grant while the index stays the same.
            return true;
        }
        if (!(other instanceof Trust)) {
            return false;
        }
        Trust that = (Trust) other;
        return pins.equals(that.pins) && Arrays.deepEquals(authorities.toArray(), that.authorities.toArray());
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return isDefault() ? "default trust" : authorities.size() + " authorities, pins " + pins;
    }
}
