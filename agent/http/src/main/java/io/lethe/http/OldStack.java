package io.lethe.http;

import java.io.File;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/**
 * The stack to which {@code SocketOutputStream.socketWrite0} of JDK 8 to 12 copies what it sends, up to 64 KB, and leaves it there.
 * The same method, called a little deeper with as many zeros, overwrites it: it copies first and only then finds out that
 * its file is no socket.
 *
 * <p>Loaded by the agent loader. Thread-safe. Where there is no such method there is nothing to do; where it cannot be called
 * the copy stays, as the support table says of plain HTTP.
 */
final class OldStack {

    private static final String STREAM = "java.net.SocketOutputStream";
    /** {@code MAX_BUFFER_LEN} of {@code net_util_md.h} on 64-bit systems. */
    private static final byte[] ZEROS = new byte[1 << 16];

    private static final String NO_SOCKET = "/dev/null";

    private @Nullable Field socket;
    private @Nullable Method write;
    /** Open as long as the JVM runs. */
    private @Nullable FileInputStream file;

    private @Nullable FileDescriptor descriptor;

    /** Once, before the first call of the others; the JDK's packages are open. */
    void prepare() throws ReflectiveOperationException {
        Class<?> stream;
        try {
            stream = Class.forName(STREAM, false, null);
        } catch (ClassNotFoundException e) {
            return;
        }
        socket = stream.getDeclaredField("impl");
        socket.setAccessible(true);
        Method found =
                stream.getDeclaredMethod("socketWrite0", FileDescriptor.class, byte[].class, int.class, int.class);
        found.setAccessible(true);
        try {
            if (new File(NO_SOCKET).exists()) {
                file = new FileInputStream(NO_SOCKET);
                descriptor = file.getFD();
                write = found;
            }
        } catch (IOException e) {
            // Then the copy stays.
        }
    }

    /** The socket that a stream writes to. */
    @Nullable
    Object socketOf(Object stream) throws ReflectiveOperationException {
        return socket == null ? null : socket.get(stream);
    }

    /** On the thread that has written, in the method that has. */
    void scrub(Object stream) {
        if (write != null) {
            try {
                write.invoke(stream, descriptor, ZEROS, 0, ZEROS.length);
            } catch (ReflectiveOperationException | RuntimeException e) {
                // It is no socket: that was to be expected.
            }
        }
    }
}
