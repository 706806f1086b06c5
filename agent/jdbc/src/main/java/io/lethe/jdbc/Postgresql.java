package io.lethe.jdbc;

import io.lethe.weave.CallHook;
import io.lethe.weave.ClassPlan;
import io.lethe.weave.MethodHook;
import io.lethe.weave.Recognition;
import io.lethe.weave.Sites;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * PostgreSQL's pgjdbc, 42.2.0 and newer (read in 42.2.0, 42.2.29, 42.3.2, 42.7.4 and 42.7.14).
 *
 * <p>Its way to a connection: {@code Driver.connect} (perhaps on a thread of its own, for loginTimeout) calls
 * {@code ConnectionFactoryImpl.openConnectionImpl} with all hosts; each attempt opens a {@code PGStream} to one of them (since
 * 42.2.6 inside {@code tryConnect}), names the user in the startup packet, and {@code doAuthentication} answers the server's
 * challenge through {@code MD5Digest} or OnGres' SCRAM library, whose {@code ScramFunctions} have had the same signatures
 * throughout.
 *
 * <p>Loaded by the agent loader. This page is the whole declaration; what the hooks do stands in
 * {@link PostgresqlConnect} and {@link PostgresqlChallenge}.
 */
final class Postgresql implements DriverFamily {

    private static final String DRIVER = WovenClasses.POSTGRESQL[0];
    private static final String FACTORY = WovenClasses.POSTGRESQL[1];
    private static final String STREAM = WovenClasses.POSTGRESQL[2];
    private static final String MD5 = WovenClasses.POSTGRESQL[3];
    private static final String GSS = WovenClasses.POSTGRESQL[4];
    private static final String SCRAM = WovenClasses.POSTGRESQL[5];
    private static final String SHADED_SCRAM = WovenClasses.POSTGRESQL[6];

    private static final String STRING = "Ljava/lang/String;";
    private static final String PROPERTIES = "Ljava/util/Properties;";
    private static final String STREAM_TYPE = "L" + STREAM + ";";

    @Override
    public String scheme() {
        return "postgresql";
    }

    @Override
    public List<String> requiredBeforeConnect() {
        return Arrays.asList(DRIVER, FACTORY, STREAM, MD5);
    }

    @Override
    public List<String> requiredWherePresent() {
        return Arrays.asList(SHADED_SCRAM, SCRAM, GSS);
    }

    /** The classes on the way to the server's challenge, which they do not answer. */
    List<String> onTheWay() {
        return Arrays.asList(DRIVER, FACTORY, STREAM);
    }

    @Override
    public List<ClassPlan> plans(Sites sites, Sinks sinks, Recognition recognition) {
        PostgresqlConnect connect = new PostgresqlConnect(sinks, recognition);
        PostgresqlChallenge challenge = new PostgresqlChallenge();
        List<ClassPlan> plans = new ArrayList<>();
        plans.add(new ClassPlan(DRIVER)
                .with(MethodHook.scope(sites, "connect", Careful.scope(new Outermost(sinks)))
                        .descriptor("(" + STRING + PROPERTIES + ")Ljava/sql/Connection;"))
                .with(MethodHook.result(sites, "connect", sinks.retirement().made())
                        .descriptor("(" + STRING + PROPERTIES + ")Ljava/sql/Connection;"))
                // With a loginTimeout that runs on a thread of its own.
                .with(MethodHook.result(
                                sites, "makeConnection", sinks.retirement().made())
                        .optional()));
        plans.add(new ClassPlan(FACTORY)
                .with(MethodHook.scope(sites, "openConnectionImpl", Careful.scope(connect.connect()))
                        .startingWith("[Lorg/postgresql/util/HostSpec;"))
                .with(MethodHook.scope(sites, "tryConnect", Careful.scope(connect.attempt()))
                        .optional())
                .with(MethodHook.enter(sites, "getParametersForStartup", Careful.scope(connect.startup()))
                        .startingWith(STRING, STRING, PROPERTIES)
                        .replacing(0, 1))
                .with(MethodHook.scope(sites, "doAuthentication", Careful.scope(connect.authentication()))
                        .startingWith(STREAM_TYPE, STRING, STRING, PROPERTIES)
                        .replacing(2, 3))
                .with(CallHook.instance("send", "([B)V", STREAM)
                        .in("doAuthentication")
                        .filtered(sites, Careful.filter(challenge.wire()))));
        plans.add(new ClassPlan(STREAM)
                .with(MethodHook.enter(sites, "<init>", Careful.scope(connect.socket()))
                        .startingWith("Ljavax/net/SocketFactory;", "Lorg/postgresql/util/HostSpec;", "I")));
        plans.add(new ClassPlan(MD5)
                .with(MethodHook.answer(sites, "encode", Careful.answer(challenge.md5()))
                        .descriptor("([B[B[B)[B")));
        plans.add(
                new ClassPlan(GSS).with(MethodHook.enter(sites, "authenticate", Careful.scope(challenge.kerberos()))));
        plans.add(scram(new ClassPlan(SCRAM), sites, challenge));
        plans.add(scram(new ClassPlan(SHADED_SCRAM), sites, challenge));
        return plans;
    }

    private static ClassPlan scram(ClassPlan plan, Sites sites, PostgresqlChallenge challenge) {
        String library = plan.name().substring(0, plan.name().lastIndexOf('/') + 1);
        String mechanism = "L" + library + "ScramMechanism;";
        return plan.with(MethodHook.answer(sites, "saltedPassword", Careful.answer(challenge.saltedPassword()))
                        .startingWith(mechanism))
                .with(MethodHook.answer(sites, "clientKey", Careful.answer(challenge.clientKey()))
                        .descriptor("(" + mechanism + "[B)[B"))
                .with(MethodHook.answer(sites, "storedKey", Careful.answer(challenge.storedKey()))
                        .descriptor("(" + mechanism + "[B)[B"))
                .with(MethodHook.answer(sites, "serverKey", Careful.answer(challenge.serverKey()))
                        .descriptor("(" + mechanism + "[B)[B"))
                .with(MethodHook.answer(sites, "clientSignature", Careful.answer(challenge.clientSignature()))
                        .descriptor("(" + mechanism + "[B" + STRING + ")[B"))
                .with(MethodHook.answer(sites, "clientProof", Careful.answer(challenge.clientProof()))
                        .descriptor("([B[B)[B"))
                .with(MethodHook.answer(sites, "serverSignature", Careful.answer(challenge.serverSignature()))
                        .descriptor("(" + mechanism + "[B" + STRING + ")[B"));
    }
}
