package io.lethe.broker;

import io.lethe.secret.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Collects the conditions of a {@link Grant}.
 *
 * <p>Loaded by the agent loader and the command line's. One thread. A condition that makes no sense is an
 * {@link IllegalArgumentException} with a line for people.
 */
public final class GrantBuilder {

    private static final long MAX_TTL = 86_400;
    /** The last second of the year 9999, the last that RFC 3339 can say. */
    private static final long MAX_TIME = 253_402_300_799L;

    private static final int MAX_METHOD = 64;
    private static final int MAX_AUTHORITIES = 20;
    private static final int MAX_CERTIFICATE = 65_536;
    private static final byte DER_SEQUENCE = 0x30;

    private static final Set<String> WEAKNESSES = set("cleartext", "md5", "scram-iterations");
    private static final Set<String> SELECTORS = set(
            "name",
            "uid",
            "user",
            "main",
            "jar",
            "jar.sha256",
            "unit",
            "cgroup",
            "container",
            Caller.DEPLOYMENT,
            Caller.DRIVER);

    final String secret;
    final Set<String> fields = new LinkedHashSet<>();
    final List<TargetPattern> targets = new ArrayList<>();
    final Set<String> users = new LinkedHashSet<>();
    final Set<String> actions = new LinkedHashSet<>();
    final Set<String> workloads = new TreeSet<>();
    final Map<String, String> selectors = new TreeMap<>();
    final Set<String> weak = new LinkedHashSet<>();
    final Set<String> via = new LinkedHashSet<>();
    final Set<String> positions = new LinkedHashSet<>();
    final Set<String> methods = new LinkedHashSet<>();
    final List<Hours> hours = new ArrayList<>();
    final List<byte[]> authorities = new ArrayList<>();
    final Set<String> pins = new LinkedHashSet<>();
    long ttlSeconds = Grant.DEFAULT_TTL;
    long notAfter = Long.MAX_VALUE;
    long notBefore;
    long uses;
    boolean tls;

    GrantBuilder(String secret) {
        if (!Reference.isName(secret)) {
            throw new IllegalArgumentException("'" + Text.shown(secret) + "' is not a name of a secret");
        }
        this.secret = secret;
    }

    GrantBuilder(GrantBuilder from) {
        secret = from.secret;
        fields.addAll(from.fields);
        targets.addAll(from.targets);
        users.addAll(from.users);
        actions.addAll(from.actions);
        workloads.addAll(from.workloads);
        selectors.putAll(from.selectors);
        weak.addAll(from.weak);
        via.addAll(from.via);
        positions.addAll(from.positions);
        methods.addAll(from.methods);
        authorities.addAll(from.authorities);
        pins.addAll(from.pins);
        ttlSeconds = from.ttlSeconds;
        notAfter = from.notAfter;
        notBefore = from.notBefore;
        hours.addAll(from.hours);
        uses = from.uses;
        tls = from.tls;
    }

    public String secret() {
        return secret;
    }

    public Set<String> users() {
        return Collections.unmodifiableSet(users);
    }

    public List<TargetPattern> targets() {
        return Collections.unmodifiableList(targets);
    }

    /** Names of workloads; empty where none was added. */
    public Set<String> workloads() {
        return Collections.unmodifiableSet(workloads);
    }

    /** Adds a secret field; {@code password} where none is added. */
    public GrantBuilder field(String field) {
        if (!Reference.isName(field)) {
            throw new IllegalArgumentException("'" + Text.shown(field) + "' is not a name of a field");
        }
        fields.add(field);
        return this;
    }

    /** Adds a target, for which see {@link TargetPattern}. */
    public GrantBuilder to(String target) {
        targets.add(TargetPattern.parse(target));
        return this;
    }

    public GrantBuilder user(String user) {
        if (user.isEmpty()) {
            throw new IllegalArgumentException("a user name is empty; '*' stands for any");
        }
        users.add(user);
        return this;
    }

    /** Adds an action; where none is added, those of the targets' schemes. */
    public GrantBuilder action(String action) {
        actions.add(action);
        return this;
    }

    /**
     * Adds a condition on the workload. {@code name} may be added several times, for one of these; without it the grant is
     * for the workload {@code default}.
     */
    public GrantBuilder workload(String selector, String value) {
        if (!SELECTORS.contains(selector)) {
            throw new IllegalArgumentException("'" + Text.shown(selector) + "' is no selector of a workload; there are "
                    + String.join(", ", SELECTORS));
        }
        if (selector.equals("name") && !Reference.isName(value)) {
            throw new IllegalArgumentException("'" + Text.shown(value) + "' is not a name of a workload");
        }
        Selector.requireSense(selector, value);
        if (selector.equals("name")) {
            workloads.add(value);
        } else {
            selectors.put(selector, Selector.spelt(selector, value));
        }
        return this;
    }

    public GrantBuilder ttl(long seconds) {
        if (seconds < 1 || seconds > MAX_TTL) {
            throw new IllegalArgumentException("a lease lasts 1 to " + MAX_TTL + " seconds");
        }
        ttlSeconds = seconds;
        return this;
    }

    /** Seconds since 1970 from which on the grant is void. */
    public GrantBuilder notAfter(long epochSecond) {
        if (epochSecond < 0 || epochSecond > MAX_TIME) {
            throw new IllegalArgumentException("a grant ends between 1970 and 9999");
        }
        notAfter = epochSecond;
        return this;
    }

    /** Seconds since 1970 before which the grant is void. */
    public GrantBuilder notBefore(long epochSecond) {
        if (epochSecond < 0 || epochSecond > MAX_TIME) {
            throw new IllegalArgumentException("a grant begins between 1970 and 9999");
        }
        notBefore = epochSecond;
        return this;
    }

    /** Adds hours of the week, see {@link Hours#parse}; where none are added, any. */
    public GrantBuilder hours(String text) {
        hours.add(Hours.parse(text));
        return this;
    }

    /** How often each process may use it, see {@link Uses}. */
    public GrantBuilder uses(long count) {
        if (count < 1) {
            throw new IllegalArgumentException("a grant allows one use at least");
        }
        uses = count;
        return this;
    }

    /** The server must be vouched for over TLS before it gets any proof: by authorities or pins, else the JVM's trust store. */
    public GrantBuilder verifiedTls() {
        tls = true;
        return this;
    }

    public GrantBuilder weak(String weakness) {
        if (!WEAKNESSES.contains(weakness)) {
            throw new IllegalArgumentException("'" + Text.shown(weakness)
                    + "' is no weakness that can be granted; there are " + String.join(", ", WEAKNESSES));
        }
        weak.add(weakness);
        return this;
    }

    public GrantBuilder via(String option) {
        via.add(option);
        return this;
    }

    /** Adds a place in HTTP requests; where none is added, those of {@link Position#isDefault}. */
    public GrantBuilder header(String name) {
        positions.add(Position.header(name));
        return this;
    }

    public GrantBuilder cookie(String name) {
        positions.add(Position.cookie(name));
        return this;
    }

    public GrantBuilder form(String field) {
        positions.add(Position.form(field));
        return this;
    }

    public GrantBuilder query(String parameter) {
        positions.add(Position.query(parameter));
        return this;
    }

    public GrantBuilder path() {
        positions.add(Position.PATH);
        return this;
    }

    /** Adds an HTTP method; where none is added, any. */
    public GrantBuilder method(String method) {
        boolean token = !method.isEmpty() && method.length() <= MAX_METHOD;
        for (int i = 0; token && i < method.length(); i++) {
            token = Position.isToken(method.charAt(i)) && !(method.charAt(i) >= 'a' && method.charAt(i) <= 'z');
        }
        if (!token) {
            throw new IllegalArgumentException(
                    "'" + Text.shown(method) + "' is no HTTP method; write it in upper case, as in GET");
        }
        methods.add(method);
        return this;
    }

    /** Adds a certificate, in DER, of an authority that a TLS server's chain may lead to. */
    public GrantBuilder authority(byte[] certificate) {
        if (certificate.length == 0 || certificate.length > MAX_CERTIFICATE || certificate[0] != DER_SEQUENCE) {
            throw new IllegalArgumentException("what was given for an authority is no certificate");
        }
        if (authorities.size() == MAX_AUTHORITIES) {
            throw new IllegalArgumentException(
                    "a grant names at most " + MAX_AUTHORITIES + " authorities; name those that"
                            + " sign this server, the public ones are in the JVM's own trust store");
        }
        authorities.add(certificate.clone());
        return this;
    }

    /** Adds a key that a TLS server may have: {@code sha256/} and Base64 of the SHA-256 of its SubjectPublicKeyInfo. */
    public GrantBuilder pin(String pin) {
        pins.add(Trust.pin(pin));
        return this;
    }

    /**
     * Refuses conditions that the targets can never meet or never ask for, as an {@link IllegalArgumentException}: for new
     * grants only, since what an index already holds stays readable.
     */
    public void requireSense() {
        for (TargetPattern target : targets) {
            boolean http = Scheme.isHttp(target.scheme());
            if (!http && !(positions.isEmpty() && methods.isEmpty())) {
                throw new IllegalArgumentException("--header, --cookie, --form, --query, --path and --method are about"
                        + " http and https, and " + target + " is neither; make two grants");
            }
            if (!Scheme.checksPeers(target.scheme()) && !(authorities.isEmpty() && pins.isEmpty())) {
                throw new IllegalArgumentException("--ca and --pin are about https and databases over TLS, and "
                        + target + " is neither; make two grants");
            }
            if (tls && !Scheme.checksPeers(target.scheme())) {
                throw new IllegalArgumentException("--tls verified is about https and databases over TLS, and " + target
                        + " is neither; make two grants");
            }
            target.requireWireForm();
        }
        for (Hours some : hours) {
            if (!some.zoneIsKnown()) {
                throw new IllegalArgumentException("the time zone of '" + Text.shown(some.toString())
                        + "' is not known; write one such as Europe/Berlin or UTC");
            }
        }
        if (notBefore >= notAfter) {
            throw new IllegalArgumentException("a grant that begins when it has ended never holds");
        }
    }

    public Grant build(String id) {
        if (!Reference.isName(id)) {
            throw new IllegalArgumentException("'" + Text.shown(id) + "' is not an id of a grant");
        }
        if (targets.isEmpty()) {
            throw new IllegalArgumentException("a grant needs a target (--to postgresql://db:5432/orders)");
        }
        GrantBuilder complete = new GrantBuilder(this);
        if (complete.fields.isEmpty()) {
            complete.fields.add("password");
        }
        if (complete.actions.isEmpty()) {
            for (TargetPattern target : targets) {
                complete.actions.add(target.defaultAction());
            }
        }
        if (complete.workloads.isEmpty()) {
            complete.workloads.add("default");
        }
        return new Grant(id, complete);
    }

    private static Set<String> set(String... values) {
        return Collections.unmodifiableSet(new LinkedHashSet<>(Arrays.asList(values)));
    }
}
