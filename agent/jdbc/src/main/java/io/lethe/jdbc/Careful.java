package io.lethe.jdbc;

import io.lethe.secret.Reference;
import io.lethe.weave.Answer;
import io.lethe.weave.Filter;
import io.lethe.weave.Scope;
import java.sql.SQLException;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Stands around every handler: a refusal passes, and an error of Lethe's own ends where it happened if no reference is
 * involved, else it is a refusal. So a fault of ours never breaks code that does without us, and never lets a reference go on.
 *
 * <p>Loaded by the agent loader. Stateless.
 */
final class Careful {

    private Careful() {}

    static Scope scope(Scope scope) {
        return new Scope() {
            @Override
            public @Nullable Object[] enter(@Nullable Object[] arguments) throws Throwable {
                try {
                    return scope.enter(arguments);
                } catch (SQLException e) {
                    throw e;
                } catch (Throwable fault) {
                    refuseWhereReference(fault, arguments);
                    return arguments;
                }
            }

            @Override
            public void returned() {
                try {
                    scope.returned();
                } catch (Throwable fault) {
                    // The connection is there; what could not be recorded or overwritten is said, not thrown.
                    report(fault);
                }
            }

            @Override
            public @Nullable Object @Nullable [] failed(Throwable thrown) throws Throwable {
                try {
                    return scope.failed(thrown);
                } catch (SQLException e) {
                    throw e;
                } catch (Throwable fault) {
                    report(fault);
                    return null;
                }
            }
        };
    }

    static Answer answer(Answer answer) {
        return new Answer() {
            @Override
            public @Nullable Object answer(@Nullable Object[] arguments) throws Throwable {
                try {
                    return answer.answer(arguments);
                } catch (SQLException e) {
                    throw e;
                } catch (Throwable fault) {
                    refuseWhereReference(fault, arguments);
                    return null;
                }
            }
        };
    }

    static Filter filter(Filter filter) {
        return new Filter() {
            @Override
            public @Nullable Object filter(@Nullable Object value) throws Throwable {
                try {
                    return filter.filter(value);
                } catch (SQLException e) {
                    throw e;
                } catch (Throwable fault) {
                    refuseWhereReference(fault, new Object[] {value});
                    return value;
                }
            }
        };
    }

    private static void refuseWhereReference(Throwable fault, @Nullable Object[] arguments) throws Refusal {
        Connect connect = Connect.current();
        boolean involved = connect != null && connect.credentials() != null;
        for (int i = 0; i < arguments.length && !involved; i++) {
            involved = carries(arguments[i]);
        }
        report(fault);
        if (involved) {
            throw Refusal.denied("an error of Lethe's own (" + fault + "); the reference goes no further");
        }
    }

    private static boolean carries(@Nullable Object argument) {
        if (argument instanceof CharSequence) {
            return String.valueOf(argument).contains(Reference.PREFIX);
        }
        if (argument instanceof char[]) {
            return Reference.claims(new Chars((char[]) argument));
        }
        if (argument instanceof Properties) {
            Properties info = (Properties) argument;
            return Reference.claims(info.getProperty("user")) || Reference.claims(info.getProperty("password"));
        }
        return false;
    }

    private static void report(Throwable fault) {
        System.err.println("lethe: an error of Lethe's own: " + fault);
    }
}
