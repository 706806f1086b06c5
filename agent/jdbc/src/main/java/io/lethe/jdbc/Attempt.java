package io.lethe.jdbc;

import io.lethe.broker.Lease;
import io.lethe.broker.Request;
import io.lethe.secret.GcWatch;
import io.lethe.secret.Reference;
import io.lethe.secret.Sealed;
import io.lethe.secret.Window;
import io.lethe.secret.Wipe;
import io.lethe.secret.crypto.WipingDigest;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One attempt of a driver to connect to one endpoint with one lease: from before its socket opens until the server has
 * accepted or refused it.
 *
 * <p>Loaded by the agent loader. Used by the thread that connects. {@link #close} overwrites everything and is called however
 * the attempt ends.
 */
final class Attempt {

    /** What a grant tolerates where a protocol sends the password, or what is as good, without TLS. */
    static final String CLEAR_TEXT = "cleartext";

    private final Sinks sinks;
    private final Request request;
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NOTHING = new byte[32];

    private final Login login;
    private final Lease lease;
    private final boolean verifiedTls;
    private final Outlet outlet;
    private @Nullable Scram scram;
    private boolean answered;
    private boolean accepted;
    private boolean closed;

    /** Asks the broker; no secret stands in the clear yet. */
    Attempt(Sinks sinks, Request request, boolean verifiedTls) throws Refusal {
        this.sinks = sinks;
        this.request = request;
        this.verifiedTls = verifiedTls;
        this.login = sinks.acquire(request);
        this.lease = login.lease;
        this.outlet = new Outlet(sinks, request, lease);
    }

    Request request() {
        return request;
    }

    /** The reference, as messages name it. */
    String reference() {
        return Reference.PREFIX + request.secret();
    }

    String version() {
        return lease.version();
    }

    /** The user name to log in with: the one that stands beside the reference, or the secret's own. */
    String user() throws Refusal {
        String user = request.user() != null ? request.user() : lease.username();
        if (user == null) {
            throw Refusal.denied(reference() + " has no username; store one with: lethe vault put " + request.secret()
                    + " --username NAME");
        }
        return user;
    }

    /**
     * The server is there and will ask for a proof over this socket.
     *
     * @param socket null where the driver does not say
     */
    void over(@Nullable Socket current) {
        outlet.over(current);
    }

    /** What may stand for the password in the driver's hands; null where nothing can. */
    @Nullable
    StandIn standIn() {
        String text = outlet.standIn(lease.secret().length());
        return text == null ? null : new StandIn(text);
    }

    /**
     * The password itself is asked for: from now on the stand-in becomes it, once, inside TLS.
     *
     * @param before what the driver sends before it, each character one byte
     */
    void clear(StandIn standIn, String before) throws Refusal {
        if (answered || !outlet.isSeen()) {
            throw noClearText(" in the midst of another proof, as no server does");
        }
        requireLive();
        answered = true;
        String obstacle = outlet.arm(lease.secret(), standIn.text(), before);
        if (obstacle != null) {
            throw noClearText(", and " + obstacle);
        }
    }

    /**
     * The password itself is asked for, and the driver holds the reference.
     *
     * @param advice what else to do where there is no TLS
     */
    Refusal clearRefused(String advice) {
        return noClearText(
                isOverTls()
                        ? ", for which it is too short: no text of its length could not be guessed"
                        : " without TLS; " + advice);
    }

    boolean isOverTls() {
        return outlet.isOverTls();
    }

    /** Nothing can stand for the password in what the driver sends. */
    Refusal tooShort() {
        return Refusal.denied(reference() + " is too short to be sent to " + request.target()
                + ": no text of its length could not be guessed");
    }

    private Refusal noClearText(String why) {
        return Refusal.denied(
                "the server at " + request.target() + " asked for " + reference() + " in clear text" + why);
    }

    /** SaltedPassword is asked for: derives the keys, returns the token that stands for it. */
    byte[] scram(String mechanism, byte[] salt, int iterations) throws Refusal {
        Scram.requireUsual(mechanism, iterations, request, lease);
        requireLive();
        outlet.requireNamedServer();
        answered = true;
        long mark = GcWatch.mark();
        long start = System.nanoTime();
        Window window = lease.secret().open();
        Scram derived = new Scram(window, salt, iterations);
        if (scram != null) {
            scram.close();
        }
        scram = derived;
        sinks.released(login, request, window, System.nanoTime() - start, Scram.ARRAYS, GcWatch.since(mark));
        return derived.saltedToken.clone();
    }

    @Nullable
    Scram scram() {
        return scram;
    }

    /**
     * Answers an MD5 challenge: {@code "md5" + hex(md5(hex(md5(password + user)) + salt))}. The inner hash is what the server
     * stores and enough to log in, so it dies here.
     */
    byte[] md5(byte[] user, byte[] salt) throws Refusal {
        if (!verifiedTls && !lease.tolerates("md5")) {
            throw Refusal.denied("the server at " + request.target() + " asked for md5 authentication for "
                    + reference() + " without verified TLS; a grant allows that with --weak md5");
        }
        requireLive();
        outlet.requireNamedServer();
        answered = true;
        long mark = GcWatch.mark();
        long start = System.nanoTime();
        byte[] inner = new byte[16];
        byte[] hex = new byte[32];
        byte[] answer = new byte[35];
        Window window = lease.secret().open();
        try (WipingDigest digest = WipingDigest.md5()) {
            digest.update(window.bytes(), 0, window.bytes().length);
            digest.update(user, 0, user.length);
            digest.digest(inner, 0);
            window.close();
            toHex(inner, hex, 0);
            digest.update(hex, 0, hex.length);
            // Over the array, and over the registers that copied it, which HotSpot saves on the stack when it
            // deoptimizes.
            System.arraycopy(NOTHING, 0, hex, 0, hex.length);
            digest.update(salt, 0, salt.length);
            digest.digest(inner, 0);
            answer[0] = 'm';
            answer[1] = 'd';
            answer[2] = '5';
            toHex(inner, answer, 3);
        } finally {
            window.close();
            Wipe.bytes(inner);
            Wipe.bytes(hex);
        }
        sinks.released(login, request, window, System.nanoTime() - start, 3, GcWatch.since(mark));
        return answer;
    }

    private static void toHex(byte[] bytes, byte[] out, int offset) {
        for (int i = 0; i < bytes.length; i++) {
            out[offset + 2 * i] = HEX[(bytes[i] >> 4) & 15];
            out[offset + 2 * i + 1] = HEX[bytes[i] & 15];
        }
    }

    /** Answers a challenge by what is derived from the secret; what that leaves is wiped when this returns. */
    byte[] answer(LoginProof proof) throws Refusal {
        requireLive();
        outlet.requireNamedServer();
        long mark = GcWatch.mark();
        long start = System.nanoTime();
        Window window = lease.secret().open();
        byte[] answer;
        try {
            answer = proof.derive(window);
        } finally {
            window.close();
        }
        sinks.released(login, request, window, System.nanoTime() - start, proof.arrays(), GcWatch.since(mark));
        return answer;
    }

    /** Turns the password into what the driver's protocol makes of it. */
    interface Derivation {

        /**
         * @param password in a window, to be left as it is
         * @return a fresh array; whoever asked wipes it
         * @throws IllegalArgumentException where this password cannot be used so; the message shows nothing of it
         */
        byte[] of(byte[] password);
    }

    /** What the password becomes, in the clear: the caller wipes it as soon as it is part of something else. */
    byte[] derived(Derivation derivation) throws Refusal {
        requireLive();
        outlet.requireNamedServer();
        answered = true;
        long mark = GcWatch.mark();
        long start = System.nanoTime();
        Window window = lease.secret().open();
        byte[] result;
        try {
            result = derivation.of(window.bytes());
        } catch (IllegalArgumentException e) {
            throw Refusal.denied(reference() + " for " + request.target() + ": " + e.getMessage());
        } finally {
            window.close();
        }
        sinks.released(login, request, window, System.nanoTime() - start, 2, GcWatch.since(mark));
        return result;
    }

    /**
     * For protocols that send without TLS what is as good as the password to whoever reads it: the grant has to say so. Asked
     * before the socket opens.
     */
    void requireClearText(String what) throws Refusal {
        if (!lease.tolerates(CLEAR_TEXT)) {
            throw Refusal.denied(request.target() + " would get " + what + " of " + reference()
                    + " in clear text; a grant allows that with --weak " + CLEAR_TEXT);
        }
    }

    /**
     * Arms what the password became on the connection.
     *
     * @param bytes the attempt's from now on
     * @param before what stands before them on the wire, each character one byte
     * @return what the driver sends in their place, of their length
     */
    byte[] send(Sealed bytes, String before) throws Refusal {
        outlet.own(bytes);
        String text = outlet.isSeen() ? outlet.standIn(bytes.length()) : null;
        if (outlet.isSeen() && text == null) {
            throw tooShort();
        }
        if (text == null) {
            throw Refusal.denied(
                    "the connection to " + request.target() + " cannot be seen; " + reference() + " stays here");
        }
        String obstacle = outlet.arm(bytes, text, before);
        if (obstacle != null) {
            throw Refusal.denied(
                    "the server at " + request.target() + " gets no proof of " + reference() + ": " + obstacle);
        }
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private void requireLive() throws Refusal {
        if (closed || lease.expired()) {
            throw Refusal.unavailable("the lease on " + reference() + " ended before " + request.target()
                    + " asked for it; the connection was too slow for the grant's --ttl");
        }
        String ended = lease.ended();
        if (ended != null) {
            throw Refusal.denied(reference() + " stays here, " + request.target() + " gets no proof of it: " + ended);
        }
    }

    /** The server let us in. */
    void accepted() {
        accepted = true;
    }

    /** Overwrites what is left and records how it ended; idempotent. */
    void close(@Nullable Throwable failure) {
        if (closed) {
            return;
        }
        closed = true;
        outlet.close();
        if (scram != null) {
            scram.close();
        }
        lease.close();
        sinks.ended(login, request, accepted, failure);
    }
}
