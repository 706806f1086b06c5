package io.lethe.jdbc;

import io.lethe.weave.ClassPlan;
import io.lethe.weave.MethodHook;
import io.lethe.weave.Recognition;
import io.lethe.weave.Sites;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * HSQLDB, 2.3.2 and newer (read in 2.3.2, 2.3.4, 2.4.1, 2.5.1, 2.6.1 and 2.7.4; older ones are UNKNOWN: their databases in this
 * process digest passwords elsewhere, or keep them).
 *
 * <p>Its way to a connection: all drivers and data sources call {@code JDBCDriver.getConnection}, which has a thread of its own
 * for loginTimeout. {@code ClientConnection} opens a socket and sends the password as it is, in a {@code Result} for a new
 * connection; a database in this process is {@code DatabaseManager}'s, and digests the password in {@code GranteeManager}.
 *
 * <p>Loaded by the agent loader. This page is the whole declaration; what the hooks do stands in {@link HsqldbConnect} and {@link
 * HsqldbDigest}.
 */
final class Hsqldb implements DriverFamily {

    private static final String DRIVER = WovenClasses.HSQLDB[0];
    private static final String THREAD = WovenClasses.HSQLDB[1];
    private static final String SOURCE = WovenClasses.HSQLDB[2];
    private static final String POOLED = WovenClasses.HSQLDB[3];
    private static final String XA = WovenClasses.HSQLDB[4];
    private static final String CLIENT = WovenClasses.HSQLDB[5];
    private static final String RESULT = WovenClasses.HSQLDB[6];
    private static final String DATABASES = WovenClasses.HSQLDB[7];
    private static final String GRANTEES = WovenClasses.HSQLDB[8];
    private static final String USERS = WovenClasses.HSQLDB[9];

    private static final String HTTP = WovenClasses.HSQLDB[10];

    private static final String STRING = "Ljava/lang/String;";
    private static final String CONNECT = "(" + STRING + "Ljava/util/Properties;)Ljava/sql/Connection;";

    @Override
    public String scheme() {
        return "hsqldb";
    }

    @Override
    public List<String> requiredBeforeConnect() {
        return Arrays.asList(DRIVER, THREAD, CLIENT, HTTP, RESULT, DATABASES, GRANTEES, USERS);
    }

    @Override
    public List<String> requiredWherePresent() {
        return Arrays.asList(SOURCE, POOLED, XA);
    }

    /** The data sources go through the driver. */
    @Override
    public boolean isBesideTheProof(String className, String obstacle) {
        return requiredWherePresent().contains(className)
                && Recognised.lacksOnly(obstacle, "getConnection", "getXAConnection", "getPooledConnection");
    }

    @Override
    public List<ClassPlan> plans(Sites sites, Sinks sinks, Recognition recognition) {
        Recognised check = Recognised.of(this, "HSQLDB", recognition, sinks);
        HsqldbConnect connect = new HsqldbConnect(this, sinks, check);
        HsqldbDigest digest = new HsqldbDigest();
        List<ClassPlan> plans = new ArrayList<>();
        plans.add(new ClassPlan(DRIVER)
                .with(MethodHook.scope(sites, "connect", Careful.scope(new Outermost(sinks, "connect", check)))
                        .descriptor(CONNECT))
                .with(MethodHook.scope(sites, "getConnection", Careful.scope(connect.connect()))
                        .descriptor(CONNECT)));
        plans.add(new ClassPlan(THREAD)
                .with(MethodHook.scope(sites, "run", Careful.scope(connect.thread()))
                        .descriptor("()V")));
        plans.add(source(SOURCE, "getConnection", sites, sinks, check));
        plans.add(source(POOLED, "getPooledConnection", sites, sinks, check));
        plans.add(source(XA, "getXAConnection", sites, sinks, check));
        plans.add(new ClassPlan(CLIENT)
                .with(MethodHook.enter(sites, "<init>", Careful.scope(connect.server()))
                        .startingWith(STRING, "I", STRING, STRING, "Z", "Z", STRING, STRING))
                .with(MethodHook.enter(sites, "handshake", Careful.scope(connect.socket()))
                        .descriptor("()V")));
        plans.add(new ClassPlan(HTTP)
                .with(MethodHook.enter(sites, "<init>", Careful.scope(connect.http()))
                        .startingWith(STRING, "I", STRING, STRING, "Z", "Z", STRING, STRING)));
        plans.add(new ClassPlan(RESULT)
                .with(MethodHook.enter(sites, "newConnectionAttemptRequest", Careful.scope(connect.login()))
                        .startingWith(STRING, STRING, STRING)
                        .replacing(0, 1)));
        plans.add(new ClassPlan(DATABASES)
                .with(MethodHook.enter(sites, "newSession", Careful.scope(connect.here()))
                        .startingWith(STRING, STRING, STRING, STRING)
                        .replacing(2)));
        plans.add(new ClassPlan(GRANTEES)
                .with(MethodHook.answer(sites, "digest", Careful.answer(digest.digest()))
                        .descriptor("(" + STRING + ")" + STRING)));
        plans.add(new ClassPlan(USERS)
                .with(MethodHook.enter(sites, "getUser", Careful.scope(digest.user()))
                        .startingWith(STRING, STRING)));
        return plans;
    }

    private static ClassPlan source(String name, String method, Sites sites, Sinks sinks, Outermost.Check check) {
        return new ClassPlan(name)
                .with(MethodHook.scope(sites, method, Careful.scope(new Outermost(sinks, method, check)))
                        .atLeast(2));
    }
}
