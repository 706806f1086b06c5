package io.lethe.http;

import io.lethe.secret.Base64Bytes;
import io.lethe.secret.ByteSet;
import io.lethe.secret.ByteSource;
import io.lethe.secret.Sealed;

/**
 * What takes a marker's place, byte by byte, straight from sealed memory: there is no array of its own.
 *
 * <p>Loaded by the agent loader. Thread-safe as {@link Sealed} is, which the lease owns and wipes; every use after that
 * fails.
 */
abstract class Filling {

    private static final ByteSet UNRESERVED = ByteSet.range('a', 'z')
            .plus(ByteSet.range('A', 'Z'))
            .plus(ByteSet.range('0', '9'))
            .plus(ByteSet.of('-', '.', '_', '~'));
    private static final String HEX = "0123456789ABCDEF";

    private final int length;

    private Filling(int length) {
        this.length = length;
    }

    /** In bytes. */
    final int length() {
        return length;
    }

    abstract byte at(int index);

    /** Writes a part of it into an array that others own. */
    void into(byte[] target, int at, int from, int count) {
        for (int i = 0; i < count; i++) {
            target[at + i] = at(from + i);
        }
    }

    /** Overwrites what belongs to it alone: the lease's secret does not. */
    void close() {}

    /** The secret as it is. */
    static Filling plain(Sealed secret) {
        return new Filling(secret.length()) {
            @Override
            byte at(int index) {
                return secret.byteAt(index);
            }

            @Override
            void into(byte[] target, int at, int from, int count) {
                secret.writeTo(target, at, from, count);
            }
        };
    }

    /** {@code user:secret} in Base64 (RFC 7617). The user name is no secret. */
    static Filling basic(byte[] user, Sealed secret) {
        return basic(user, secret, false);
    }

    /** The same with a password of the application's own, which is overwritten with the filling. */
    static Filling basicOwning(byte[] user, Sealed password) {
        return basic(user, password, true);
    }

    private static Filling basic(byte[] user, Sealed secret, boolean owned) {
        ByteSource plain = new ByteSource() {
            @Override
            public int length() {
                return user.length + 1 + secret.length();
            }

            @Override
            public byte byteAt(int index) {
                return index < user.length
                        ? user[index]
                        : index == user.length ? (byte) ':' : secret.byteAt(index - user.length - 1);
            }
        };
        return new Filling(Base64Bytes.encodedLength(plain.length(), true)) {
            @Override
            byte at(int index) {
                return Base64Bytes.encodedAt(plain, index, true);
            }

            @Override
            void close() {
                if (owned) {
                    secret.close();
                }
            }
        };
    }

    /** The secret in a URL or a form: all but RFC 3986's unreserved characters as {@code %XX}. */
    static Filling escaped(Sealed secret) {
        int length = secret.length() + 2 * secret.count(UNRESERVED.complement());
        return new Filling(length) {
            @Override
            byte at(int index) {
                int at = 0;
                for (int i = 0; ; i++) {
                    byte b = secret.byteAt(i);
                    if (UNRESERVED.contains(b)) {
                        if (at++ == index) {
                            return b;
                        }
                    } else if (index < at + 3) {
                        return index == at ? (byte) '%' : (byte) HEX.charAt(index == at + 1 ? b >> 4 & 15 : b & 15);
                    } else {
                        at += 3;
                    }
                }
            }
        };
    }
}
