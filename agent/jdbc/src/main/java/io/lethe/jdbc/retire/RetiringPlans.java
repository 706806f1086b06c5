package io.lethe.jdbc.retire;

import io.lethe.weave.Answer;
import io.lethe.weave.ClassPlan;
import io.lethe.weave.MethodHook;
import io.lethe.weave.Sites;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is woven into pools, and into drivers' connections, so that those with an old secret go. Nothing of it need be found: what
 * is built otherwise works as without Lethe.
 *
 * <p>Loaded by the agent loader, when the first of these classes is. Stateless.
 */
public final class RetiringPlans {

    private static final String[] DBCP = {
        "org/apache/commons/dbcp/PoolableConnectionFactory",
        "org/apache/commons/dbcp2/PoolableConnectionFactory",
        "org/apache/tomcat/dbcp/dbcp/PoolableConnectionFactory",
        "org/apache/tomcat/dbcp/dbcp2/PoolableConnectionFactory"
    };

    private static final String[] CONNECTIONS = {
        "org/postgresql/jdbc/PgConnection", "org/mariadb/jdbc/Connection", "org/mariadb/jdbc/MariaDbConnection"
    };

    private RetiringPlans() {}

    /** All of them; their hooks tell and ask this one. */
    public static List<ClassPlan> of(Sites sites, Retirement retirement) {
        List<ClassPlan> plans = new ArrayList<>();
        for (String name : CONNECTIONS) {
            plans.add(new ClassPlan(name)
                    .orNothing()
                    .with(MethodHook.answer(sites, "isValid", retirement.valid())
                            .descriptor("(I)Z")
                            .optional()));
        }
        for (RetiringPool pool : RetiringPool.values()) {
            ClassPlan plan = new ClassPlan(pool.opener()).orNothing();
            for (String method : pool.opens()) {
                plan.with(MethodHook.scope(sites, method, retirement.opening(pool))
                        .optional());
            }
            plans.add(plan);
        }
        for (ClassPlan plan : plans) {
            for (String dbcp : DBCP) {
                if (plan.name().equals(dbcp)) {
                    plan.with(MethodHook.answer(sites, "passivateObject", destroyed(retirement))
                            .optional());
                }
            }
            if (plan.name().equals(RetiringPool.VIBUR.opener())) {
                plan.with(MethodHook.answer(sites, "readyToRestore", unfit(retirement))
                        .optional());
            }
        }
        plans.add(new ClassPlan("com/alibaba/druid/pool/DruidDataSource")
                .orNothing()
                .with(MethodHook.scope(sites, "recycle", new DruidReturn(retirement))
                        .optional()));
        return plans;
    }

    /** DBCP destroys what cannot be made ready to be idle, and its user hears nothing of it. */
    private static Answer destroyed(final Retirement retirement) {
        return new Answer() {
            @Override
            public @Nullable Object answer(@Nullable Object[] arguments) throws SQLException {
                if (retirement.comesBack(arguments[1]) != null) {
                    throw new SQLException("the connection's secret has been replaced, or its grant has ended");
                }
                return null;
            }
        };
    }

    /** Vibur destroys it, too. */
    private static Answer unfit(final Retirement retirement) {
        return new Answer() {
            @Override
            public @Nullable Object answer(@Nullable Object[] arguments) {
                return retirement.comesBack(arguments[1]) == null ? null : Boolean.FALSE;
            }
        };
    }
}
