package io.lethe.harness;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** The server of {@code legacy.UnknownDriver}: says OK to every user and password and keeps them. */
public final class UnknownServer {

    private UnknownServer() {}

    public static Listener start() {
        return Listener.start(UnknownServer::speak);
    }

    private static void speak(InputStream in, OutputStream out) throws IOException {
        int lines = 0;
        while (lines < 2) {
            int value = in.read();
            if (value < 0) {
                return;
            }
            lines += value == '\n' ? 1 : 0;
        }
        out.write("OK\n".getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }
}
