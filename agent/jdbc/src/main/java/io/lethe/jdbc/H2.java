package io.lethe.jdbc;

import io.lethe.weave.CallHook;
import io.lethe.weave.ClassPlan;
import io.lethe.weave.MethodHook;
import io.lethe.weave.Recognition;
import io.lethe.weave.Sites;
import java.util.Arrays;
import java.util.List;

/**
 * H2, 1.4.200 and newer (read in 1.4.182, 1.4.200, 2.0.202, 2.1.214, 2.2.224, 2.3.232 and 2.4.240).
 *
 * <p>Its way to a connection: {@code ConnectionInfo} takes the password out of the options and keeps its hash, which is as
 * good as the password; {@code SessionRemote.initTransfer} sends that to one server, before it has seen anything of it, and
 * {@code Engine.createSession} compares it with a database in this process. The password of an encrypted file goes the same
 * way, and its text too: to the server, or into the file's key.
 *
 * <p>Loaded by the agent loader. This page is the whole declaration; what the hooks do stands in {@link H2Connect}, {@link
 * H2Attempts} and {@link H2Hashes}.
 */
final class H2 implements DriverFamily {

    private static final String DRIVER = WovenClasses.H2[0];
    private static final String SOURCE = WovenClasses.H2[1];
    private static final String INFO = WovenClasses.H2[2];
    private static final String REMOTE = WovenClasses.H2[3];
    private static final String TRANSFER = WovenClasses.H2[4];
    private static final String ENGINE = WovenClasses.H2[5];
    private static final String SHA256 = WovenClasses.H2[6];
    private static final String FILE = WovenClasses.H2[7];
    private static final String OLD_FILE = WovenClasses.H2[8];

    private static final String STRING = "Ljava/lang/String;";
    private static final String INFO_TYPE = "L" + INFO + ";";
    private static final String TRANSFER_TYPE = "L" + TRANSFER + ";";

    @Override
    public String scheme() {
        return "h2";
    }

    @Override
    public List<String> requiredBeforeConnect() {
        return Arrays.asList(DRIVER, SOURCE, INFO, REMOTE, TRANSFER, ENGINE, SHA256);
    }

    @Override
    public List<String> requiredWherePresent() {
        return Arrays.asList(FILE, OLD_FILE);
    }

    /** A data source goes through the driver. */
    @Override
    public boolean isBesideTheProof(String className, String obstacle) {
        return className.equals(SOURCE)
                && Recognised.lacksOnly(obstacle, "getConnection", "getXAConnection", "getPooledConnection");
    }

    @Override
    public List<ClassPlan> plans(Sites sites, Sinks sinks, Recognition recognition) {
        H2Hashes hashes = new H2Hashes();
        Recognised check = Recognised.of(this, "H2", recognition, sinks);
        H2Connect connect = new H2Connect(this, sinks, check);
        H2Attempts attempts = new H2Attempts(this, sinks, check);
        ClassPlan source = new ClassPlan(SOURCE);
        for (String method : new String[] {"getConnection", "getXAConnection", "getPooledConnection"}) {
            source.with(MethodHook.scope(sites, method, Careful.scope(new Outermost(sinks, method, check)))
                    .atLeast(2));
        }
        return Arrays.asList(
                new ClassPlan(DRIVER)
                        .with(MethodHook.scope(sites, "connect", Careful.scope(new Outermost(sinks, "connect", check)))
                                .descriptor("(" + STRING + "Ljava/util/Properties;)Ljava/sql/Connection;")),
                source,
                new ClassPlan(INFO)
                        .with(MethodHook.scope(sites, "convertPasswords", Careful.scope(connect.conversion()))
                                .descriptor("()V"))
                        .with(MethodHook.answer(sites, "hashPassword", Careful.answer(connect.hashPassword()))
                                .descriptor("(Z" + STRING + "[C)[B"))
                        .with(MethodHook.answer(sites, "getUserName", Careful.answer(connect.userName()))
                                .descriptor("()" + STRING)),
                new ClassPlan(REMOTE)
                        .with(MethodHook.scope(sites, "initTransfer", Careful.scope(attempts.server()))
                                .startingWith(INFO_TYPE, STRING, STRING))
                        .with(CallHook.instance("writeBytes", "([B)" + TRANSFER_TYPE, TRANSFER)
                                .in("initTransfer")
                                .atLeast(3)
                                .filtered(sites, Careful.filter(hashes.sent())))
                        .with(CallHook.instance("writeString", "(" + STRING + ")" + TRANSFER_TYPE, TRANSFER)
                                .in("initTransfer")
                                .atLeast(3)
                                .filtered(sites, Careful.filter(hashes.url()))),
                new ClassPlan(TRANSFER)
                        .with(MethodHook.enter(sites, "init", Careful.scope(connect.transfer()))
                                .descriptor("()V")),
                new ClassPlan(ENGINE)
                        .with(MethodHook.scope(sites, "createSession", Careful.scope(attempts.here()))
                                .startingWith(INFO_TYPE)),
                new ClassPlan(SHA256)
                        .with(MethodHook.answer(sites, "getHashWithSalt", Careful.answer(hashes.salted()))
                                .descriptor("([B[B)[B"))
                        .with(MethodHook.answer(sites, "getPBKDF2", Careful.answer(hashes.fileKey()))
                                .descriptor("([B[BII)[B")),
                file(FILE, sites, connect),
                file(OLD_FILE, sites, connect));
    }

    private static ClassPlan file(String name, Sites sites, H2Connect connect) {
        return new ClassPlan(name)
                .with(MethodHook.answer(sites, "getPasswordBytes", Careful.answer(connect.filePassword()))
                        .descriptor("([C)[B"));
    }
}
