package io.lethe.broker;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One question to the broker, shaped like an AuthZEN evaluation: may this subject (the {@link Workload}) do this action
 * with this resource (a secret, in a position) on this target, in this context?
 *
 * <p>Loaded by the agent loader. Immutable. Nothing of it is secret.
 */
public final class Request {

    private final Workload workload;
    private final String secret;
    private final String field;
    private final Target target;
    private final String action;
    private final @Nullable String user;
    private final @Nullable String method;
    private final @Nullable String position;
    private final List<String> via;
    private final @Nullable Caller caller;

    /**
     * A question about a connection.
     *
     * @param field the secret field wanted, usually {@code password}
     * @param action {@code connect} or {@code request}
     * @param user the user name that stands beside the reference; null where it is the secret's own {@code username}
     * @param via what reroutes or weakens this connection, as {@code option=value}; each must be granted
     */
    public Request(
            Workload workload,
            String secret,
            String field,
            Target target,
            String action,
            @Nullable String user,
            List<String> via) {
        this(workload, secret, field, target, action, user, null, null, via, null);
    }

    private Request(
            Workload workload,
            String secret,
            String field,
            Target target,
            String action,
            @Nullable String user,
            @Nullable String method,
            @Nullable String position,
            List<String> via,
            @Nullable Caller caller) {
        this.workload = workload;
        this.secret = secret;
        this.field = field;
        this.target = target;
        this.action = action;
        this.user = user;
        this.method = method;
        this.position = position;
        this.via = Collections.unmodifiableList(new ArrayList<>(via));
        this.caller = caller;
    }

    /**
     * A question about an HTTP request.
     *
     * @param target where the request really goes, see {@link Target#http}
     * @param method as it stands in the request line; {@code GET} and {@code get} are two
     * @param position where the reference stands, see {@link Position}
     * @param via what reroutes or weakens this request, as {@code option=value}; each must be granted
     */
    public static Request http(
            Workload workload,
            String secret,
            String field,
            Target target,
            String method,
            String position,
            List<String> via) {
        return new Request(workload, secret, field, target, Scheme.REQUEST, null, method, position, via, null);
    }

    /** The same question, asked by this code of the JVM. */
    public Request by(Caller code) {
        return new Request(workload, secret, field, target, action, user, method, position, via, code);
    }

    public Workload workload() {
        return workload;
    }

    public String secret() {
        return secret;
    }

    public String field() {
        return field;
    }

    public Target target() {
        return target;
    }

    public String action() {
        return action;
    }

    public @Nullable String user() {
        return user;
    }

    /** The HTTP method; null for {@code connect}. */
    public @Nullable String method() {
        return method;
    }

    /** Where in the HTTP request the reference stands, see {@link Position}; null for {@code connect}. */
    public @Nullable String position() {
        return position;
    }

    public List<String> via() {
        return via;
    }

    /** Which code of the JVM asks; null where that was not found out, since no grant asked for it yet. */
    public @Nullable Caller caller() {
        return caller;
    }

    /** Whether every answer to the one is one to the other: all of both is equal, and they are of one workload. */
    @SuppressWarnings("ReferenceEquality") // a workload is never equal to another
    boolean asksTheSame(Request other) {
        return workload == other.workload
                && secret.equals(other.secret)
                && field.equals(other.field)
                && target.isSame(other.target)
                && action.equals(other.action)
                && Objects.equals(user, other.user)
                && Objects.equals(method, other.method)
                && Objects.equals(position, other.position)
                && via.equals(other.via)
                && Objects.equals(caller, other.caller);
    }
}
