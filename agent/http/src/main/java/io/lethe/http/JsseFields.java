package io.lethe.http;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;

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
    private final Method loggerIsOn;
    private final Object plaintext;

    JsseFields() throws ReflectiveOperationException {
        socketContext = field("sun.security.ssl.SSLSocketImpl", "conContext");
        engineContext = field("sun.security.ssl.SSLEngineImpl", "conContext");
        layer = field("sun.security.ssl.TransportContext", "outputRecord");
        session = field("sun.security.ssl.TransportContext", "conSession");
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

    private static Field field(String type, String name) throws ReflectiveOperationException {
        return open(Class.forName(type, true, null).getDeclaredField(name));
    }

    private static Field open(Field field) {
        field.setAccessible(true);
        return field;
    }
}
