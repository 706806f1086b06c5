package io.lethe.broker.openbao;

import io.lethe.broker.BrokerException;
import io.lethe.broker.transport.ClearTime;
import io.lethe.broker.vault.KeyFile;
import io.lethe.secret.ByteSet;
import io.lethe.secret.Sealed;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How this workload proves to the server who it is: with a token that lies in a file, or with AppRole, whose secret-id does. The
 * file is read anew at each login, so that whoever delivers it may replace it at any time.
 *
 * <p>Loaded by the agent loader and the command line's. Immutable, thread-safe. A file that others may read is refused.
 */
public final class Credential {

    /** What would end a header or a string; neither tokens nor secret-ids have it. */
    private static final ByteSet UNUSUAL = ByteSet.range('!', '~').complement().plus(ByteSet.of('"', '\\'));

    private final Path file;
    private final KeyFile.Access access;
    private final String mount;
    private final @Nullable String roleId;

    private Credential(Path file, boolean groupOk, String mount, @Nullable String roleId) {
        this.file = file;
        this.access = groupOk ? KeyFile.Access.GROUP_READS : KeyFile.Access.OWNER;
        this.mount = mount;
        this.roleId = roleId;
    }

    /** @param groupOk whether the file's group may read it */
    public static Credential token(Path file, boolean groupOk) {
        return new Credential(file, groupOk, "", null);
    }

    /**
     * @param mount of the AppRole method
     * @param secretId its file
     * @param groupOk whether the file's group may read it
     */
    public static Credential appRole(String mount, String roleId, Path secretId, boolean groupOk) {
        for (int i = 0; i < roleId.length(); i++) {
            char c = roleId.charAt(i);
            if (c > 0x7f || UNUSUAL.contains((byte) c)) {
                throw new IllegalArgumentException("openbao.role-id has a character that no role-id has");
            }
        }
        return new Credential(secretId, groupOk, OpenBaoSettings.path(mount, "auth-mount"), roleId);
    }

    /** The role whose secret-id it is; null for a token. */
    @Nullable
    String roleId() {
        return roleId;
    }

    String mount() {
        return mount;
    }

    public Path file() {
        return file;
    }

    /** How messages call it. */
    public String what() {
        return roleId == null ? "the token file" : "the secret-id file";
    }

    /** The file's one line; the caller closes it. */
    Sealed read(ClearTime clear) throws BrokerException {
        clear.begin();
        try {
            byte[] line = KeyFile.read(file, what(), access, new KeyFile.Reader() {
                @Override
                public byte[] read(ByteBuffer text) {
                    return line(text);
                }
            });
            return checked(Sealed.of(line, 0, line.length));
        } finally {
            clear.end();
        }
    }

    private Sealed checked(Sealed sealed) throws BrokerException {
        if (sealed.length() > 0 && !sealed.contains(UNUSUAL)) {
            return sealed;
        }
        String what = sealed.length() == 0 ? " is empty" : " holds more than one line of printable characters";
        sealed.close();
        throw new BrokerException(
                BrokerException.Kind.BROKEN, what() + " " + file + what + "; put nothing else into it");
    }

    private static byte[] line(ByteBuffer text) {
        int from = 0;
        int to = text.limit();
        while (to > from && isBlank(text.get(to - 1))) {
            to--;
        }
        while (from < to && isBlank(text.get(from))) {
            from++;
        }
        byte[] line = new byte[to - from];
        for (int i = 0; i < line.length; i++) {
            line[i] = text.get(from + i);
        }
        return line;
    }

    private static boolean isBlank(byte c) {
        return c == ' ' || c == '\t' || c == '\r' || c == '\n';
    }
}
