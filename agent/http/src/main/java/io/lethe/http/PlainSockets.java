package io.lethe.http;

import io.lethe.weave.CallHook;
import io.lethe.weave.ClassPlan;
import io.lethe.weave.MethodHook;
import io.lethe.weave.Recognition;
import io.lethe.weave.Sites;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is woven into the JDK's sockets, on the first reference that a grant sends in clear text and not before: the last
 * methods in Java that see what is written. Blocking sockets are {@code SocketOutputStream} up to 12 (13 to 17 have it
 * for a property), {@code NioSocketImpl} from 13 on; channels are one class in all.
 *
 * <p>Loaded by the agent loader. Stateless.
 */
final class PlainSockets {

    /** Up to 12, and up to 17 where {@code jdk.net.usePlainSocketImpl} is set. */
    private static final String OLD = "java/net/SocketOutputStream";

    private static final String NEW = "sun/nio/ch/NioSocketImpl";
    private static final String CHANNEL = "sun/nio/ch/SocketChannelImpl";
    private static final String BUFFER = "Ljava/nio/ByteBuffer;";

    private PlainSockets() {}

    /** Internal names of all classes that the plans name. */
    static Set<String> names() {
        return new HashSet<>(Arrays.asList(OLD, NEW, CHANNEL));
    }

    static List<ClassPlan> plans(Sites sites, PlainSink sink) {
        List<ClassPlan> plans = new ArrayList<>();
        plans.add(new ClassPlan(OLD)
                .with(MethodHook.scope(sites, "socketWrite", sink.oldSocket())
                        .descriptor("([BII)V")
                        .replacing(0)));
        plans.add(new ClassPlan(NEW)
                .with(MethodHook.scope(sites, "write", sink.socket())
                        .descriptor("([BII)V")
                        .replacing(0))
                // The copy in a direct buffer of the thread's, when it goes back: on the way out, and on that of a
                // failure.
                .with(CallHook.statics("offerFirstTemporaryDirectBuffer", "(" + BUFFER + ")V", "sun/nio/ch/Util")
                        .in("tryWrite")
                        .atLeast(2)
                        .filtered(sites, sink.scrub())));
        plans.add(new ClassPlan(CHANNEL)
                .with(MethodHook.scope(sites, "write", sink.channel())
                        .descriptor("(" + BUFFER + ")I")
                        .replacing(0))
                .with(MethodHook.scope(sites, "write", sink.channel())
                        .descriptor("([" + BUFFER + "II)J")
                        .replacing(0)));
        return plans;
    }

    /** Why this JVM's sockets are not wholly hooked; null where they are. Weaves what was loaded before. */
    static @Nullable String obstacle(Recognition recognition) {
        boolean any = false;
        for (String name : new String[] {OLD, NEW, CHANNEL}) {
            String obstacle = recognition.obstacle(name.replace('/', '.'), null);
            if (obstacle == null) {
                any |= !name.equals(CHANNEL);
            } else if (name.equals(CHANNEL) || !obstacle.equals(Recognition.ABSENT)) {
                return name + ": " + obstacle;
            }
        }
        return any ? null : "this JDK's sockets are of no kind that is known";
    }
}
