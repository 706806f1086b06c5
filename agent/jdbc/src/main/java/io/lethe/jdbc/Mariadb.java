package io.lethe.jdbc;

import io.lethe.weave.CallHook;
import io.lethe.weave.ClassPlan;
import io.lethe.weave.MethodHook;
import io.lethe.weave.Recognition;
import io.lethe.weave.Scope;
import io.lethe.weave.Sites;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * MariaDB Connector/J 2.0 to 4.0 (all published versions compared, 2.0.1, 2.7.12, 3.0.4 and 3.5.9 read). Two drivers in truth:
 *
 * <p>3.x: each attempt, be it the first, a failover's or a cancel's, calls {@code ConnectionHelper.connectSocket}, then
 * {@code HandshakeResponse.encode} and {@code authenticationHandler} (since 3.4 in {@code StandardClient}). 2.x: each attempt is
 * {@code AbstractConnectProtocol.createConnection} (until 2.4.3 {@code connect(String, int)}), with {@code
 * SendHandshakeResponsePacket} and {@code authenticationHandler} (until 2.4.3 {@code authentication}) inside. In both the first
 * message always holds the native scramble, and the server may ask for another proof after it, which a plugin gives. From 3.5.11
 * on {@code Driver} inherits {@code connect} from {@code NonRegisteringDriver}, which is a driver of its own, too.
 *
 * <p>Loaded by the agent loader. This page is the whole declaration; what the hooks do stands in {@link MariadbConnect} and
 * {@link MariadbChallenge}.
 */
final class Mariadb implements DriverFamily {

    private static final String DRIVER = "org/mariadb/jdbc/Driver";
    private static final String PARENT = "org/mariadb/jdbc/NonRegisteringDriver";
    private static final String NEW = "org/mariadb/jdbc/";
    private static final String OLD = "org/mariadb/jdbc/internal/";
    private static final String PLUGINS = NEW + "plugin/authentication/";
    private static final String OLD_PLUGINS = OLD + "com/send/";

    private static final String STRING = "Ljava/lang/String;";
    private static final String OUTPUT = OLD + "io/output/PacketOutputStream";
    private static final String WRITER = NEW + "client/socket/Writer";
    /** The classes of 3.x, and those of 2.x; some versions lack some of them. */
    static final List<String> NEW_CLASSES = ofGeneration(false);

    static final List<String> OLD_CLASSES = ofGeneration(true);

    private static final String[] SOURCE_METHODS = {"getConnection", "getXAConnection", "getPooledConnection"};

    @Override
    public String scheme() {
        return "mariadb";
    }

    /** The two have no other in common; {@link #required} says what each of them must have. */
    @Override
    public List<String> requiredBeforeConnect() {
        return Collections.singletonList(DRIVER);
    }

    @Override
    public List<List<String>> generations() {
        return Arrays.asList(required(false), required(true));
    }

    @Override
    public List<String> requiredWherePresent() {
        return Arrays.asList(WovenClasses.MARIADB);
    }

    private static List<String> ofGeneration(boolean old) {
        List<String> classes = new ArrayList<>();
        for (String name : WovenClasses.MARIADB) {
            boolean both = name.lastIndexOf('/') == NEW.length() - 1;
            boolean isOld = name.startsWith(OLD)
                    || name.startsWith(NEW + "credential/")
                    || name.startsWith(NEW + "authentication/");
            if (both || isOld == old) {
                classes.add(name);
            }
        }
        return classes;
    }

    /** Without these no reference may go to a driver of this generation. */
    static List<String> required(boolean old) {
        return old
                ? Arrays.asList(
                        DRIVER,
                        OLD + "protocol/AbstractConnectProtocol",
                        OLD + "util/Utils",
                        OLD_PLUGINS + "SendHandshakeResponsePacket")
                : Arrays.asList(
                        DRIVER,
                        NEW + "client/impl/ConnectionHelper",
                        NEW + "client/impl/StandardClient",
                        NEW + "message/client/HandshakeResponse",
                        NEW + "plugin/Credential",
                        PLUGINS + "AuthenticationPluginLoader",
                        PLUGINS + "standard/NativePasswordPlugin");
    }

    /**
     * What ends an attempt that failed before the server was answered; what tells that a socket has TLS, without which no clear
     * password is sent; and what names the user, whom no override lets be a reference.
     */
    @Override
    public boolean isBesideTheProof(String className, String obstacle) {
        return Recognised.lacksOnly(obstacle, "destroySocket", "enabledSslProtocolSuites")
                || (className.endsWith("/Credential") && Recognised.lacksOnly(obstacle, "<init>"));
    }

    @Override
    public List<ClassPlan> plans(Sites sites, Sinks sinks, Recognition recognition) {
        MariadbVersions versions = new MariadbVersions(recognition, sinks);
        MariadbConnect connect = new MariadbConnect(sinks, versions);
        MariadbChallenge challenge = new MariadbChallenge();
        List<ClassPlan> plans = new ArrayList<>();
        // One of the two: JDBC has a driver declare or inherit this method, and any other parent of it is guarded.
        plans.add(driver(DRIVER, true, sites, sinks, versions));
        plans.add(driver(PARENT, false, sites, sinks, versions));
        plans.add(source("MariaDbDataSource", sites, sinks, versions));
        plans.add(source("MariaDbPoolDataSource", sites, sinks, versions));
        newer(plans, sites, connect, challenge);
        older(plans, sites, connect, challenge);
        return plans;
    }

    private static ClassPlan driver(
            String name, boolean mayInherit, Sites sites, Sinks sinks, MariadbVersions versions) {
        MethodHook connect = MethodHook.scope(
                        sites, "connect", Careful.scope(new Outermost(sinks, "connect", versions)))
                .startingWith(STRING);
        ClassPlan plan = new ClassPlan(name)
                .with(mayInherit ? connect.optional() : connect)
                .with(MethodHook.result(sites, "connect", sinks.retirement().made())
                        .optional());
        return mayInherit ? plan.orNothing() : plan;
    }

    private static ClassPlan source(String name, Sites sites, Sinks sinks, MariadbVersions versions) {
        ClassPlan plan = new ClassPlan(NEW + name);
        for (String method : SOURCE_METHODS) {
            plan.with(MethodHook.scope(sites, method, Careful.scope(new Outermost(sinks, method, versions)))
                    .optional());
            plan.with(
                    MethodHook.result(sites, method, sinks.retirement().made()).optional());
        }
        return plan;
    }

    private static void newer(List<ClassPlan> plans, Sites sites, MariadbConnect connect, MariadbChallenge challenge) {
        Scope answered = Careful.scope(connect.authentication());
        plans.add(new ClassPlan(NEW + "client/impl/ConnectionHelper")
                .with(MethodHook.scope(sites, "connectSocket", Careful.scope(connect.attempt()))
                        .startingWith("Lorg/mariadb/jdbc/Configuration;", "Lorg/mariadb/jdbc/HostAddress;"))
                .with(tls(sites, connect))
                .with(MethodHook.scope(sites, "authenticationHandler", answered).optional()));
        plans.add(new ClassPlan(NEW + "client/impl/StandardClient")
                .with(MethodHook.scope(sites, "authenticationHandler", answered).optional())
                .with(MethodHook.enter(sites, "destroySocket", Careful.scope(connect.abandoned()))));
        plans.add(new ClassPlan(NEW + "message/client/HandshakeResponse")
                .with(CallHook.instance("writeBytes", "([B)V", WRITER)
                        .in("encode")
                        .filtered(sites, Careful.filter(challenge.wire()))));
        plans.add(credential(NEW + "plugin/Credential", sites, connect));
        plans.add(plugins(PLUGINS + "AuthenticationPluginLoader", "get", sites, challenge));
        plans.add(new ClassPlan(PLUGINS + "standard/NativePasswordPlugin")
                .with(MethodHook.answer(sites, "encryptPassword", Careful.answer(challenge.nativePassword()))
                        .descriptor("(Ljava/lang/CharSequence;[B)[B")));
        plans.add(ed25519(PLUGINS + "standard/Ed25519PasswordPlugin", sites, challenge));
        plans.add(clear(PLUGINS + "standard/SendPamAuthPacket", sites, challenge));
        plans.add(clear(PLUGINS + "addon/ClearPasswordPlugin", sites, challenge));
    }

    private static void older(List<ClassPlan> plans, Sites sites, MariadbConnect connect, MariadbChallenge challenge) {
        Scope whole = Careful.scope(connect.protocol());
        Scope answered = Careful.scope(connect.authentication());
        plans.add(new ClassPlan(OLD + "protocol/AbstractConnectProtocol")
                .with(MethodHook.scope(sites, "createConnection", whole).optional())
                .with(MethodHook.scope(sites, "connect", whole)
                        .descriptor("(" + STRING + "I)V")
                        .optional())
                .with(tls(sites, connect))
                .with(MethodHook.scope(sites, "authenticationHandler", answered).optional())
                .with(MethodHook.scope(sites, "authentication", answered).optional()));
        plans.add(new ClassPlan(OLD + "util/Utils")
                .with(MethodHook.answer(sites, "encryptPassword", Careful.answer(challenge.nativePassword()))
                        .descriptor("(" + STRING + "[B" + STRING + ")[B")));
        plans.add(new ClassPlan(OLD_PLUGINS + "SendHandshakeResponsePacket")
                .with(MethodHook.enter(sites, "send", Careful.scope(connect.user(1)))
                        .startingWith("L" + OUTPUT + ";", STRING, STRING)
                        .replacing(1)
                        .optional())
                .with(CallHook.instance("write", "([B)V", OUTPUT)
                        .in("send")
                        .filtered(sites, Careful.filter(challenge.wire()))));
        plans.add(credential(NEW + "credential/Credential", sites, connect));
        plans.add(plugins(
                OLD + "protocol/authentication/DefaultAuthenticationProvider", "processAuthPlugin", sites, challenge));
        plans.add(plugins(NEW + "authentication/AuthenticationPluginLoader", "get", sites, challenge));
        plans.add(ed25519(OLD_PLUGINS + "SendEd25519PasswordAuthPacket", sites, challenge));
        plans.add(ed25519(OLD_PLUGINS + "authentication/Ed25519PasswordPlugin", sites, challenge));
        plans.add(oldPassword(OLD_PLUGINS + "SendOldPasswordAuthPacket", sites, challenge));
        plans.add(oldPassword(OLD_PLUGINS + "authentication/OldPasswordPlugin", sites, challenge));
        plans.add(clear(OLD_PLUGINS + "SendClearPasswordAuthPacket", sites, challenge));
        plans.add(clear(OLD_PLUGINS + "SendPamAuthPacket", sites, challenge));
        plans.add(clear(OLD_PLUGINS + "authentication/ClearPasswordPlugin", sites, challenge));
        plans.add(clear(OLD_PLUGINS + "authentication/SendPamAuthPacket", sites, challenge));
    }

    private static MethodHook tls(Sites sites, MariadbConnect connect) {
        return MethodHook.enter(sites, "enabledSslProtocolSuites", Careful.scope(connect.tls()))
                .startingWith("Ljavax/net/ssl/SSLSocket;");
    }

    private static ClassPlan credential(String name, Sites sites, MariadbConnect connect) {
        return new ClassPlan(name)
                .with(MethodHook.enter(sites, "<init>", Careful.scope(connect.user(0)))
                        .descriptor("(" + STRING + STRING + ")V")
                        .replacing(0));
    }

    private static ClassPlan plugins(String name, String method, Sites sites, MariadbChallenge challenge) {
        return new ClassPlan(name).with(MethodHook.enter(sites, method, Careful.scope(challenge.plugin())));
    }

    private static ClassPlan ed25519(String name, Sites sites, MariadbChallenge challenge) {
        return new ClassPlan(name)
                .with(MethodHook.answer(sites, "ed25519SignWithPassword", Careful.answer(challenge.ed25519()))
                        .startingWith(STRING, "[B"));
    }

    private static ClassPlan oldPassword(String name, Sites sites, MariadbChallenge challenge) {
        return new ClassPlan(name)
                .with(MethodHook.enter(sites, "cryptOldFormatPassword", Careful.scope(challenge.oldPassword()))
                        .startingWith(STRING));
    }

    /** It gets its password in the constructor or in initialize, and sends it in process or, until 2.3, in send. */
    private static ClassPlan clear(String name, Sites sites, MariadbChallenge challenge) {
        Scope sending = Careful.scope(challenge.clearSent());
        return new ClassPlan(name)
                .with(MethodHook.enter(sites, "<init>", Careful.scope(challenge.clear(0)))
                        .startingWith(STRING)
                        .replacing(0)
                        .optional())
                .with(MethodHook.enter(sites, "<init>", Careful.scope(challenge.clear(1)))
                        .startingWith("L" + OLD + "io/input/PacketInputStream;", STRING)
                        .replacing(1)
                        .optional())
                .with(MethodHook.enter(sites, "initialize", Careful.scope(challenge.clear(0)))
                        .startingWith(STRING, "[B")
                        .replacing(0)
                        .optional())
                .with(MethodHook.enter(sites, "process", sending).optional())
                .with(MethodHook.enter(sites, "send", sending).optional());
    }
}
