package io.lethe.http;

import io.lethe.weave.Scope;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/**
 * A header of Commons HttpClient 3 that is about to be written, or logged, by classes that could not be woven: those of 3.0 have
 * subroutines, which Java 7 abolished.
 *
 * <p>Loaded by the agent loader. Thread-safe.
 */
final class Commons3Guard implements Scope {

    private final Members members;
    private final ClassValue<String> obstacles;

    Commons3Guard(Http http) {
        members = new Members(http.recognition());
        obstacles = new ClassValue<String>() {
            @Override
            protected String computeValue(Class<?> header) {
                for (String name : new String[] {Commons3.METHOD, Commons3.CONNECTION}) {
                    String obstacle = http.recognition().obstacle(name.replace('/', '.'), header.getClassLoader());
                    if (obstacle != null) {
                        return obstacle;
                    }
                }
                return "";
            }
        };
    }

    @Override
    public @Nullable Object[] enter(@Nullable Object[] arguments) throws Throwable {
        Object header = arguments[0];
        if (header != null && Arming.concerns((String) members.call(header, "getValue"))) {
            String obstacle = obstacles.get(header.getClass());
            if (!obstacle.isEmpty()) {
                throw new SSLHandshakeException(
                        "lethe: this client is not recognised, so no reference is sent: " + obstacle);
            }
        }
        return arguments;
    }

    @Override
    public void returned() {}

    @Override
    public @Nullable Object @Nullable [] failed(Throwable thrown) {
        return null;
    }
}
