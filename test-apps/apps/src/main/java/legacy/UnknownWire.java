package legacy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.lang.reflect.Proxy;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;

/** The protocol of {@link UnknownDriver}: sends user and password in clear and believes whatever comes back. */
final class UnknownWire {

    private UnknownWire() {}

    /** @param url {@code jdbc:unknown://host:port} */
    static Connection connect(String url, String user, String password) throws SQLException {
        String[] hostAndPort = url.substring(UnknownDriver.PREFIX.length()).split(":");
        try (Socket socket = new Socket(hostAndPort[0], Integer.parseInt(hostAndPort[1]))) {
            OutputStream out = socket.getOutputStream();
            out.write(("USER " + user + "\nPASS " + password + "\n").getBytes(StandardCharsets.UTF_8));
            out.flush();
            String answer = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))
                    .readLine();
            if (!"OK".equals(answer)) {
                throw new SQLException("the server said " + answer, "28000");
            }
        } catch (IOException e) {
            throw new SQLException("no connection to " + url, "08001", e);
        }
        return (Connection) Proxy.newProxyInstance(
                UnknownWire.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, args) -> {
                    if (method.getReturnType() == boolean.class) {
                        return false;
                    }
                    return method.getReturnType() == int.class ? (Object) 0 : null;
                });
    }
}
