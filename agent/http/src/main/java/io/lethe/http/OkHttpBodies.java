package io.lethe.http;

import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/**
 * Forms of OkHttp: what a request's body writes is read into a buffer, and what goes out in its place is written when the body
 * has come to its end. The body itself is left alone, and whoever counts what it writes counts that.
 *
 * <p>Loaded by the agent loader. Thread-safe. Okio's classes are those of the request's loader.
 */
final class OkHttpBodies {

    private final Members members;

    OkHttpBodies(Members members) {
        this.members = members;
    }

    /** The form that a request sends; null where there is none, or one that is large or can be written only once. */
    byte @Nullable [] form(Object request, Object headers) {
        try {
            Object body = members.call(request, "body");
            Method get = members.method(headers.getClass(), "get", String.class);
            if (body == null
                    || !isOkHttps(body.getClass().getName())
                    || !Forms.isForm((String) get.invoke(headers, "Content-Type"))
                    || isOnce(body)) {
                return null;
            }
            long length = (Long) members.get(body, "contentLength");
            if (length <= 0 || length > Forms.LONGEST_FORM) {
                return null;
            }
            ClassLoader loader = request.getClass().getClassLoader();
            Object buffer = buffer(loader);
            members.method(body.getClass(), "writeTo", Class.forName("okio.BufferedSink", false, loader))
                    .invoke(body, buffer);
            byte[] bytes = (byte[]) members.get(buffer, "readByteArray");
            return bytes.length == length ? bytes : null;
        } catch (ReflectiveOperationException | RuntimeException e) {
            // The application's own body could not be written twice.
            return null;
        }
    }

    /** Those that OkHttp makes of bytes, texts and fields: to write an application's own may have effects, or work only once. */
    private static boolean isOkHttps(String type) {
        return type.equals("okhttp3.FormBody")
                || type.startsWith("okhttp3.RequestBody$")
                || (type.startsWith("okhttp3.internal.") && type.contains("oRequestBody$"));
    }

    /** From 3.14 on a body can say that it is written only once, or at the same time as the answer is read. */
    private boolean isOnce(Object body) throws ReflectiveOperationException {
        for (String name : new String[] {"isOneShot", "isDuplex"}) {
            Method asked;
            try {
                asked = members.method(body.getClass(), name);
            } catch (NoSuchMethodException e) {
                continue;
            }
            if ((Boolean) asked.invoke(body)) {
                return true;
            }
        }
        return false;
    }

    private Object buffer(@Nullable ClassLoader loader) throws ReflectiveOperationException {
        return members.constructor(Class.forName("okio.Buffer", true, loader)).newInstance();
    }

    /** A {@code Sink} that swallows what is written and writes this instead, when it is closed. */
    Object writing(byte[] body, Object sink) throws ReflectiveOperationException {
        ClassLoader loader = sink.getClass().getClassLoader();
        Class<?> type = Class.forName("okio.Sink", false, loader);
        Object buffer = buffer(loader);
        members.method(buffer.getClass(), "write", byte[].class).invoke(buffer, (Object) body);
        Method write = members.method(type, "write", buffer.getClass(), long.class);
        Method skip = members.method(buffer.getClass(), "skip", long.class);
        InvocationHandler handler = new InvocationHandler() {
            private boolean written;

            @Override
            public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] arguments)
                    throws Throwable {
                try {
                    if (method.getName().equals("write") && arguments != null) {
                        return skip.invoke(arguments[0], arguments[1]);
                    }
                    if (method.getName().equals("close") && !written) {
                        written = true;
                        write.invoke(sink, buffer, (long) body.length);
                    }
                    return method.invoke(sink, arguments);
                } catch (InvocationTargetException e) {
                    Throwable cause = e.getCause();
                    throw cause == null ? new IOException(e) : cause;
                }
            }
        };
        return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler);
    }
}
