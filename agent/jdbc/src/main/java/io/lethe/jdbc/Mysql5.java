package io.lethe.jdbc;

import io.lethe.weave.ClassPlan;
import io.lethe.weave.MethodHook;
import io.lethe.weave.Recognition;
import io.lethe.weave.Scope;
import io.lethe.weave.Sites;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * MySQL Connector/J 5.1 (5.1.34 and 5.1.49 compared), another driver than {@link Mysql}. Each attempt is {@code
 * ConnectionImpl.coreConnect}, in which the constructor of {@code MysqlIO} opens the socket to the host that it is given and
 * {@code doHandshake} logs in; a change of user is {@code MysqlIO.changeUser}.
 *
 * <p>Loaded by the agent loader. This page is the whole declaration; what the hooks do stands in {@link Mysql5Connect} and
 * {@link MysqlChallenge}.
 */
final class Mysql5 implements DriverFamily {

    private static final String OLD = "com/mysql/jdbc/";
    private static final String DRIVER = OLD + "NonRegisteringDriver";
    private static final String PLUGINS = OLD + "authentication/";
    private static final String STRING = "Ljava/lang/String;";

    @Override
    public String scheme() {
        return MysqlConnect.SCHEME;
    }

    @Override
    public List<String> requiredBeforeConnect() {
        return Arrays.asList(
                DRIVER,
                OLD + "ConnectionImpl",
                OLD + "MysqlIO",
                OLD + "Security",
                OLD + "Util",
                PLUGINS + "MysqlClearPasswordPlugin",
                PLUGINS + "Sha256PasswordPlugin");
    }

    @Override
    public List<String> requiredWherePresent() {
        return Arrays.asList(WovenClasses.MYSQL5);
    }

    @Override
    public boolean isAlwaysStrict() {
        return true;
    }

    @Override
    public List<ClassPlan> plans(Sites sites, Sinks sinks, Recognition recognition) {
        Outermost.Check check = Recognised.of(this, "MySQL Connector/J", recognition, sinks);
        MysqlConnect outside = new MysqlConnect(sinks, check);
        Mysql5Connect connect = new Mysql5Connect(outside);
        MysqlChallenge challenge = new MysqlChallenge();
        Scope refused = Careful.scope(challenge.refused());
        List<ClassPlan> plans = new ArrayList<>();
        plans.add(new ClassPlan(DRIVER)
                .with(MethodHook.scope(sites, "connect", Careful.scope(new Outermost(sinks, "connect", check)))
                        .startingWith(STRING)));
        plans.add(new ClassPlan(OLD + "ConnectionImpl")
                .with(MethodHook.scope(sites, "changeUser", Careful.scope(outside.outward())))
                .with(MethodHook.scope(sites, "coreConnect", Careful.scope(connect.attempt()))
                        .startingWith("Ljava/util/Properties;")));
        plans.add(new ClassPlan(OLD + "MysqlIO")
                .with(MethodHook.enter(sites, "<init>", Careful.scope(connect.socket()))
                        .startingWith(STRING, "I", "Ljava/util/Properties;"))
                .with(MethodHook.scope(sites, "doHandshake", Careful.scope(connect.login()))
                        .startingWith(STRING, STRING, STRING)
                        .replacing(0))
                .with(MethodHook.scope(sites, "changeUser", Careful.scope(connect.changeUser()))
                        .startingWith(STRING, STRING, STRING)
                        .replacing(0))
                .with(MethodHook.enter(sites, "send", Careful.scope(connect.sent()))
                        .startingWith("L" + OLD + "Buffer;", "I")));
        plans.add(new ClassPlan(OLD + "Security")
                .with(MethodHook.answer(sites, "scramble411", Careful.answer(challenge.nativePassword()))
                        .startingWith(STRING, STRING))
                .with(MethodHook.answer(sites, "scrambleCachingSha2", Careful.answer(challenge.cachingSha2()))
                        .startingWith("[B", "[B")
                        .optional())
                .with(MethodHook.enter(sites, "createKeyFromOldPassword", refused))
                .with(MethodHook.enter(sites, "makeScrambledPassword", refused))
                .with(MethodHook.enter(sites, "passwordHashStage1", refused)));
        plans.add(new ClassPlan(OLD + "Util")
                .with(MethodHook.enter(sites, "newCrypt", refused).startingWith(STRING, STRING))
                .with(MethodHook.enter(sites, "oldCrypt", refused).startingWith(STRING, STRING)));
        plans.add(clear("MysqlClearPasswordPlugin", 1, sites, challenge));
        plans.add(clear("Sha256PasswordPlugin", 2, sites, challenge)
                .with(MethodHook.enter(sites, "encryptPassword", Careful.scope(challenge.rsa()))));
        plans.add(clear("CachingSha2PasswordPlugin", 2, sites, challenge)
                .with(MethodHook.enter(sites, "encryptPassword", Careful.scope(challenge.rsa()))));
        return plans;
    }

    private static ClassPlan clear(String plugin, int messages, Sites sites, MysqlChallenge challenge) {
        return Mysql.clear(PLUGINS + plugin, OLD + "Buffer", messages, sites, challenge);
    }
}
