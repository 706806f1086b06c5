package io.lethe.http;

import io.lethe.secret.Reference;
import io.lethe.weave.ClassPlan;
import io.lethe.weave.MethodHook;
import io.lethe.weave.Scope;
import java.io.IOException;
import java.nio.CharBuffer;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The JDK's logins that hash a password, Digest and NTLM: a reference there would become a login attempt with the reference as
 * password, in which nobody would find it any more, so it is refused where it would be hashed.
 *
 * <p>Loaded by the agent loader. Stateless.
 */
final class HashedLogins implements HttpStack {

    private static final String TEXT = "Ljava/lang/String;";

    @Override
    public List<ClassPlan> plans(Http http) {
        return Arrays.asList(
                new ClassPlan(HttpClasses.DIGEST)
                        .with(MethodHook.enter(http.sites(), "encode", Careful.scope(new Refusing("Digest")))
                                .startingWith(TEXT, "[C")),
                new ClassPlan(HttpClasses.NTLM)
                        .with(MethodHook.enter(http.sites(), "<init>", Careful.scope(new Refusing("NTLM")))
                                .startingWith(TEXT, TEXT, TEXT, TEXT, "[C")));
    }

    /** Asks of each array of characters whether it is a reference. */
    static final class Refusing implements Scope {

        private final String scheme;

        Refusing(String scheme) {
            this.scheme = scheme;
        }

        @Override
        public @Nullable Object[] enter(@Nullable Object[] arguments) throws IOException {
            for (int i = 0; i < arguments.length; i++) {
                Object argument = arguments[i];
                if (argument instanceof char[] && Reference.claims(CharBuffer.wrap((char[]) argument))) {
                    throw new IOException("lethe: '" + shown((char[]) argument) + "' is the password of a login by "
                            + scheme + ", in which Lethe does not replace it yet; use Basic or a token over https");
                }
            }
            return arguments;
        }

        /** As much of it as a name is. */
        private static String shown(char[] password) {
            int end = Reference.PREFIX.length();
            while (end < password.length && Reference.isName("a" + password[end] + "a")) {
                end++;
            }
            return CharBuffer.wrap(password, 0, end).toString();
        }

        @Override
        public void returned() {}

        @Override
        public @Nullable Object @Nullable [] failed(Throwable thrown) {
            return null;
        }
    }
}
