package io.lethe.jdbc;

import io.lethe.weave.ClassPlan;
import io.lethe.weave.MethodHook;
import io.lethe.weave.Recognition;
import io.lethe.weave.Sites;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Derby's network client, 10.5 and newer (read in the sources of 2009, 2012, 2017 and 2019), with
 * {@code securityMechanism=8}: the strong password substitute.
 *
 * <p>Its way to a connection: {@code connect} makes a {@code NetConnection}, whose {@code flowConnect} runs on a socket on which
 * nothing was said yet, and whose {@code EncryptionManager} answers the server's seed. All other mechanisms send the password,
 * in clear text or encrypted for whoever answers, and are refused; so are data sources and databases in this process.
 *
 * <p>Loaded by the agent loader. This page is the whole declaration; what the hooks do stands in {@link DerbyConnect} and {@link
 * DerbySubstitute}.
 */
final class Derby implements DriverFamily {

    private static final String OLD_DRIVER = WovenClasses.DERBY[0];
    private static final String DRIVER = WovenClasses.DERBY[1];
    private static final String CONNECTION = WovenClasses.DERBY[2];
    private static final String ENCRYPTION = WovenClasses.DERBY[3];

    private static final String STRING = "Ljava/lang/String;";

    @Override
    public String scheme() {
        return "derby";
    }

    @Override
    public List<String> requiredBeforeConnect() {
        return Arrays.asList(CONNECTION, ENCRYPTION);
    }

    @Override
    public List<String> requiredWherePresent() {
        return Collections.singletonList(DRIVER);
    }

    /** By the one a connection is made, by the other a pool's is made new: a substitute without either is refused. */
    @Override
    public boolean isBesideTheProof(String className, String obstacle) {
        return className.equals(CONNECTION) && Recognised.lacksOnly(obstacle, "flowReconnect");
    }

    @Override
    public List<ClassPlan> plans(Sites sites, Sinks sinks, Recognition recognition) {
        Recognised check = Recognised.of(this, "Derby's client", recognition, sinks);
        DerbyConnect connect = new DerbyConnect(sinks, check);
        DerbySubstitute substitute = new DerbySubstitute();
        return Arrays.asList(
                // From 10.15 on it only extends the other one.
                driver(OLD_DRIVER, sites, sinks, check).orNothing(),
                driver(DRIVER, sites, sinks, check),
                new ClassPlan(CONNECTION)
                        .with(MethodHook.scope(sites, "flowConnect", Careful.scope(connect.flow()))
                                .startingWith(STRING, "I"))
                        .with(MethodHook.scope(sites, "flowReconnect", Careful.scope(connect.flow()))
                                .startingWith(STRING, "I")),
                new ClassPlan(ENCRYPTION)
                        .with(MethodHook.answer(sites, "substitutePassword", Careful.answer(substitute.substitute()))
                                .descriptor("(" + STRING + STRING + "[B[B)[B")));
    }

    private static ClassPlan driver(String name, Sites sites, Sinks sinks, Outermost.Check check) {
        return new ClassPlan(name)
                .with(MethodHook.scope(sites, "connect", Careful.scope(new Outermost(sinks, "connect", check)))
                        .descriptor("(" + STRING + "Ljava/util/Properties;)Ljava/sql/Connection;")
                        .optional());
    }
}
