package io.lethe.http;

import io.lethe.broker.Lease;
import io.lethe.broker.Request;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * What is checked before a secret is released into a record, and what is written down after.
 *
 * <p>Loaded by the agent loader. Thread-safe.
 */
class Releases {

    /** What was armed in the last moment of a lease still goes. */
    private static final long AT_THE_END = TimeUnit.SECONDS.toNanos(1);

    private final Peers peers;
    private final Supplier<? extends HttpAccess> access;

    Releases(Peers peers, Supplier<? extends HttpAccess> access) {
        this.peers = peers;
        this.access = access;
    }

    /** The session's peer must be who the grant names. */
    void requirePeer(Wire wire, SSLSession session, Marker.Claim claim) throws SSLException {
        Request request = claim.request;
        Lease lease = claim.lease();
        Object trust = Arrays.asList(request.target().host(), lease.trust());
        if (wire.isVerified(session, trust)) {
            return;
        }
        String obstacle = peerObstacle(session, request, lease);
        if (obstacle != null) {
            throw new SSLPeerUnverifiedException("lethe: lethe:" + request.secret() + " for "
                    + request.target().scheme() + "://" + request.target().host() + ":"
                    + request.target().port() + ": " + obstacle);
        }
        wire.verified(session, trust);
    }

    /** Between arming and sending a grant may have been revoked, or its time may have come. */
    private static void requireInForce(Marker.Claim claim) throws SSLException {
        String ended = claim.lease().expiredFor(AT_THE_END)
                ? "its lease expired before the request was sent; the grant's --ttl is too short for it"
                : claim.lease().ended();
        if (ended != null) {
            throw new SSLException(
                    "lethe: lethe:" + claim.request.secret() + " for " + claim.request.target() + ": " + ended);
        }
    }

    /** The same, for all that is about to leave. */
    static void requireInForce(List<Wire.Swap> swaps) throws IOException {
        for (int i = 0; i < swaps.size(); i++) {
            Marker.Claim claim = swaps.get(i).marker.claim;
            if (claim != null) {
                requireInForce(claim);
            }
        }
    }

    /** Why the session's peer is not who the grant names; null where it is. */
    @Nullable
    String peerObstacle(SSLSession session, Request request, Lease lease) {
        return peers.obstacle(session, request.target(), lease.trust(), request.secret());
    }

    /** What was released is ciphertext, or was written in clear text. */
    void released(List<Wire.Swap> swaps, long nanos, int collections) {
        for (int i = 0; i < swaps.size(); i++) {
            Wire.Swap swap = swaps.get(i);
            if (swap.last()) {
                Marker.Claim claim = swap.marker.claim;
                if (claim != null) {
                    access.get().leases().released(claim.lease(), claim.request, nanos, nanos, 1, collections);
                }
                swap.marker.close();
            }
        }
    }

    /** The record was erased before it was sent. */
    void lost(List<Wire.Swap> swaps) {
        for (int i = 0; i < swaps.size(); i++) {
            swaps.get(i).marker.close();
        }
    }
}
