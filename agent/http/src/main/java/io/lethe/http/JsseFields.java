package io.lethe.http;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Cipher;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * The few private places of JSSE that the swap reads: the connection that a record layer belongs to, its session, and whether
 * JSSE prints what it encrypts.
 *
 * <p>Loaded by the agent loader, after {@code sun.security.ssl} was opened to it. Thread-safe.
 */
final class JsseFields {

    static final String LOUD =
            "javax.net.debug is set so that JSSE prints what it encrypts; references over TLS are refused "
                    + "until the application is started without it";

    private final Field socketContext;
    private final Field engineContext;
    private final Field layer;
    private final Field session;
    private final Field writeCipher;
    private final Method loggerIsOn;
    private final Object plaintext;
    /** By class of a write cipher, all of them JSSE's own. */
    private final Map<Class<?>, Field> ciphers = new ConcurrentHashMap<>();

    JsseFields() throws ReflectiveOperationException {
        socketContext = field("sun.security.ssl.SSLSocketImpl", "conContext");
        engineContext = field("sun.security.ssl.SSLEngineImpl", "conContext");
        layer = field("sun.security.ssl.TransportContext", "outputRecord");
        session = field("sun.security.ssl.TransportContext", "conSession");
        writeCipher = field("sun.security.ssl.OutputRecord", "writeCipher");
        Class<?> logger = Class.forName("sun.security.ssl.SSLLogger", true, null);
        Method isOn;
        Object option = "plaintext";
        try {
            isOn = logger.getDeclaredMethod("isOn", String.class);
        } catch (NoSuchMethodException e) {
            // 26 and newer
            Class<?> options = Class.forName("sun.security.ssl.SSLLogger$Opt", true, null);
            isOn = logger.getDeclaredMethod("isOn", options);
            option = open(options.getDeclaredField("RECORD_PLAINTEXT")).get(null);
        }
        isOn.setAccessible(true);
        loggerIsOn = isOn;
        plaintext = option;
    }

    /** The {@code TransportContext} of an {@code SSLSocketImpl} or {@code SSLEngineImpl}: one for its whole life. */
    Object context(Object connection) throws IllegalAccessException {
        return (connection instanceof SSLSocket ? socketContext : engineContext).get(connection);
    }

    /** The record layer through which all goes that the connection sends: one for its whole life. */
    Object layer(Object context) throws IllegalAccessException {
        return layer.get(context);
    }

    /** Its session now: the one that JSSE made, whatever the application says of it. */
    SSLSession session(Object context) throws IllegalAccessException {
        return (SSLSession) session.get(context);
    }

    /** Whether JSSE prints what it encrypts ({@code javax.net.debug}). */
    boolean isLoud() throws ReflectiveOperationException {
        return (Boolean) loggerIsOn.invoke(null, plaintext);
    }

    /** Throws where JSSE prints what it encrypts. */
    void requireSilence() throws SSLException, ReflectiveOperationException {
        if (isLoud()) {
            throw new SSLException("lethe: " + LOUD);
        }
    }

    /** Why the cipher with which a connection encrypts now carries no secret; null where it does. */
    @Nullable
    String cipherObstacle(Object context) throws ReflectiveOperationException {
        return obstacle(writeCipher.get(layer(context)));
    }

    /** Throws where this write cipher carries no secret. */
    void requireKnownCipher(@Nullable Object cipher) throws SSLException, ReflectiveOperationException {
        String obstacle = obstacle(cipher);
        if (obstacle != null) {
            throw new SSLException("lethe: " + obstacle);
        }
    }

    /**
     * It must encrypt, and with the provider whose copies are known: an application may allow suites without encryption, and
     * may put a provider before the JDK's at any time.
     */
    private @Nullable String obstacle(@Nullable Object cipher) throws ReflectiveOperationException {
        if (cipher == null) {
            throw new IllegalStateException("no write cipher");
        }
        Class<?> type = cipher.getClass();
        Field field = ciphers.get(type);
        if (field == null) {
            if (type.getName().contains("$NullWriteCipher")) {
                return "this connection's TLS does not encrypt";
            }
            field = open(type.getDeclaredField("cipher"));
            ciphers.put(type, field);
        }
        String provider = ((Cipher) field.get(cipher)).getProvider().getName();
        return provider.equals(Jsse.PROVIDER) ? null : Jsse.foreign(provider);
    }

    private static Field field(String type, String name) throws ReflectiveOperationException {
        return open(Class.forName(type, true, null).getDeclaredField(name));
    }

    private static Field open(Field field) {
        field.setAccessible(true);
        return field;
    }
}
