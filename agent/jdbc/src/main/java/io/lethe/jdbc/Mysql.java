package io.lethe.jdbc;

import io.lethe.weave.CallHook;
import io.lethe.weave.ClassPlan;
import io.lethe.weave.MethodHook;
import io.lethe.weave.Recognition;
import io.lethe.weave.Scope;
import io.lethe.weave.Sites;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * MySQL Connector/J from 8.0.11 on (8.0.11, 8.0.33, 9.7 and 26.10 compared). Each attempt, be it the first, a failover's, that
 * of a reconnect or of {@code KILL QUERY}, is {@code NativeSession.connect}; a change of user is {@code CoreSession.changeUser}.
 * What the driver keeps for the life of the JVM, the key of {@code ConnectionUrl}'s cache included, is the reference.
 *
 * <p>Loaded by the agent loader. This page is the whole declaration; what the hooks do stands in {@link MysqlConnect} and
 * {@link MysqlChallenge}.
 */
final class Mysql implements DriverFamily {

    private static final String CJ = "com/mysql/cj/";
    private static final String DRIVER = CJ + "jdbc/NonRegisteringDriver";
    private static final String PLUGINS = CJ + "protocol/a/authentication/";
    private static final String STRING = "Ljava/lang/String;";

    /** Plugins that make something of the password for which there is no sink. */
    private static final String[] OTHER_PLUGINS = {
        "MysqlOldPasswordPlugin",
        "AuthenticationLdapSaslClientPlugin",
        "AuthenticationKerberosClient",
        "AuthenticationOciClient",
        "AuthenticationFidoClient",
        "AuthenticationWebAuthnClient",
        "AuthenticationOpenidConnectClient"
    };

    @Override
    public String scheme() {
        return MysqlConnect.SCHEME;
    }

    @Override
    public List<String> requiredBeforeConnect() {
        return Arrays.asList(
                DRIVER,
                CJ + "NativeSession",
                CJ + "CoreSession",
                CJ + "protocol/a/NativeProtocol",
                CJ + "protocol/a/SimplePacketSender",
                CJ + "protocol/Security",
                PLUGINS + "Sha256PasswordPlugin",
                PLUGINS + "CachingSha2PasswordPlugin",
                PLUGINS + "MysqlClearPasswordPlugin",
                PLUGINS + "MysqlOldPasswordPlugin");
    }

    @Override
    public List<String> requiredWherePresent() {
        return Arrays.asList(WovenClasses.MYSQL);
    }

    /** What a plugin without a sink would make of a reference is a login of its own, which is no matter of taste. */
    @Override
    public boolean isAlwaysStrict() {
        return true;
    }

    @Override
    public List<ClassPlan> plans(Sites sites, Sinks sinks, Recognition recognition) {
        Outermost.Check check = Recognised.of(this, "MySQL Connector/J", recognition, sinks);
        MysqlConnect connect = new MysqlConnect(sinks, check);
        MysqlChallenge challenge = new MysqlChallenge();
        Scope answered = Careful.scope(connect.authentication());
        List<ClassPlan> plans = new ArrayList<>();
        plans.add(new ClassPlan(DRIVER)
                .with(MethodHook.scope(sites, "connect", Careful.scope(new Outermost(sinks, "connect", check)))
                        .startingWith(STRING)));
        plans.add(new ClassPlan(CJ + "jdbc/ConnectionImpl")
                .with(MethodHook.scope(sites, "changeUser", Careful.scope(connect.outward()))));
        plans.add(new ClassPlan(CJ + "NativeSession")
                .with(MethodHook.scope(sites, "connect", Careful.scope(connect.session()))
                        .startingWith("L" + CJ + "conf/HostInfo;", STRING, STRING, STRING)
                        .replacing(1)));
        plans.add(new ClassPlan(CJ + "CoreSession")
                .with(MethodHook.scope(sites, "changeUser", Careful.scope(connect.changeUser()))
                        .startingWith(STRING, STRING, STRING)
                        .replacing(0)));
        plans.add(new ClassPlan(CJ + "protocol/a/NativeProtocol")
                .with(MethodHook.scope(sites, "connect", answered).startingWith(STRING, STRING, STRING))
                .with(MethodHook.scope(sites, "changeUser", answered).startingWith(STRING, STRING, STRING)));
        plans.add(new ClassPlan(CJ + "protocol/a/SimplePacketSender")
                .with(MethodHook.enter(sites, "send", Careful.scope(challenge.sent()))
                        .startingWith("[B", "I", "B")));
        plans.add(new ClassPlan(CJ + "protocol/a/CompressedPacketSender")
                .with(MethodHook.enter(sites, "send", Careful.scope(challenge.compressed()))
                        .startingWith("[B", "I", "B")));
        plans.add(new ClassPlan(CJ + "protocol/Security")
                .with(MethodHook.answer(sites, "scramble411", Careful.answer(challenge.nativePassword()))
                        .startingWith(STRING, "[B"))
                .with(MethodHook.answer(sites, "scrambleCachingSha2", Careful.answer(challenge.cachingSha2()))
                        .startingWith("[B", "[B")));
        plans.add(clear("MysqlClearPasswordPlugin", 1, sites, challenge));
        plans.add(rsa(clear("Sha256PasswordPlugin", 2, sites, challenge), sites, challenge));
        plans.add(rsa(clear("CachingSha2PasswordPlugin", 2, sites, challenge), sites, challenge));
        for (String plugin : OTHER_PLUGINS) {
            plans.add(new ClassPlan(PLUGINS + plugin)
                    .with(MethodHook.enter(sites, "setAuthenticationParameters", Careful.scope(challenge.refused()))
                            .startingWith(STRING, STRING)));
        }
        plans.add(new ClassPlan(CJ + "protocol/x/XAuthenticationProvider")
                .with(MethodHook.enter(sites, "connect", Careful.scope(challenge.refused())))
                .with(MethodHook.enter(sites, "changeUser", Careful.scope(challenge.refused()))));
        return plans;
    }

    private static ClassPlan clear(String plugin, int messages, Sites sites, MysqlChallenge challenge) {
        return clear(PLUGINS + plugin, CJ + "protocol/a/NativePacketPayload", messages, sites, challenge);
    }

    /** Where the plugin makes a message of the password's own bytes. */
    static ClassPlan clear(String plugin, String message, int messages, Sites sites, MysqlChallenge challenge) {
        return new ClassPlan(plugin)
                .with(CallHook.constructor("([B)V", message)
                        .in("nextAuthenticationStep")
                        .filtered(sites, Careful.filter(challenge.message()))
                        .atLeast(messages));
    }

    private static ClassPlan rsa(ClassPlan plan, Sites sites, MysqlChallenge challenge) {
        return plan.with(MethodHook.enter(sites, "encryptPassword", Careful.scope(challenge.rsa())));
    }
}
