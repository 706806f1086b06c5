package io.lethe.jdbc;

import io.lethe.weave.ClassPlan;
import io.lethe.weave.MethodHook;
import io.lethe.weave.Scope;
import io.lethe.weave.Sites;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * The plan for a driver or data source of which Lethe knows only which interface it implements: {@link Guard} before each
 * method that could connect.
 *
 * <p>Loaded by the agent loader. Stateless.
 */
final class UnknownDriver {

    private static final String STRING = "Ljava/lang/String;";

    private UnknownDriver() {}

    /** @param name internal name of a class that directly implements one of the four interfaces */
    static ClassPlan plan(String name, Sites sites, Sinks sinks) {
        ClassPlan plan = new ClassPlan(name);
        plan.with(MethodHook.enter(sites, "connect", Careful.scope(new Entry() {
                    @Override
                    public @Nullable Object[] enter(@Nullable Object[] arguments) throws SQLException {
                        Object driver = arguments[0];
                        if (driver != null) {
                            Guard.driver(driver, (String) arguments[1], arguments[2], sinks);
                        }
                        return arguments;
                    }
                }))
                .descriptor("(" + STRING + "Ljava/util/Properties;)Ljava/sql/Connection;")
                .optional());
        Scope dataSource = Careful.scope(new Entry() {
            @Override
            public @Nullable Object[] enter(@Nullable Object[] arguments) throws SQLException {
                Object source = arguments[0];
                if (source != null) {
                    boolean named = arguments.length == 3;
                    Guard.dataSource(source, named ? arguments[1] : null, named ? arguments[2] : null, sinks);
                }
                return arguments;
            }
        });
        String[][] methods = {
            {"getConnection", "Ljava/sql/Connection;"},
            {"getXAConnection", "Ljavax/sql/XAConnection;"},
            {"getPooledConnection", "Ljavax/sql/PooledConnection;"}
        };
        for (String[] method : methods) {
            plan.with(MethodHook.enter(sites, method[0], dataSource)
                    .descriptor("()" + method[1])
                    .optional());
            plan.with(MethodHook.enter(sites, method[0], dataSource)
                    .descriptor("(" + STRING + STRING + ")" + method[1])
                    .optional());
        }
        return plan;
    }
}
