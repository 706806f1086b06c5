package io.lethe.http;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The public methods of one copy of Commons HttpClient 3 that are called for each request.
 *
 * <p>Loaded by the agent loader. Immutable.
 */
final class Commons3Methods {

    private static final String LENGTH = "Content-Length: ";

    private final Method getRequestHeaders;
    private final Class<?> withBody;
    private final Method getRequestEntity;
    private final Method isRepeatable;
    private final Method getContentLength;
    private final Method writeRequest;
    private final Method getContentType;
    private final Method getRequestContentLength;
    private final Method toExternalForm;

    Commons3Methods(ClassLoader loader) throws ReflectiveOperationException {
        String root = "org.apache.commons.httpclient.";
        getRequestHeaders = Class.forName(root + "HttpMethod", false, loader).getMethod("getRequestHeaders");
        withBody = Class.forName(root + "methods.EntityEnclosingMethod", false, loader);
        getRequestEntity = withBody.getMethod("getRequestEntity");
        Class<?> entity = getRequestEntity.getReturnType();
        isRepeatable = entity.getMethod("isRepeatable");
        getContentLength = entity.getMethod("getContentLength");
        getContentType = entity.getMethod("getContentType");
        getRequestContentLength = withBody.getDeclaredMethod("getRequestContentLength");
        getRequestContentLength.setAccessible(true);
        writeRequest = entity.getMethod("writeRequest", OutputStream.class);
        toExternalForm = Class.forName(root + "Header", false, loader).getMethod("toExternalForm");
    }

    /** The form that a method sends; null where there is none that can be read ahead, or it is large. */
    byte @Nullable [] form(Object method) {
        try {
            if (!withBody.isInstance(method)) {
                return null;
            }
            Object entity = getRequestEntity.invoke(method);
            if (entity == null || !(Boolean) isRepeatable.invoke(entity)) {
                return null;
            }
            String line = line(method, "Content-Type: ");
            Object type = line == null
                    ? getContentType.invoke(entity)
                    : line.substring(line.indexOf(' ') + 1).trim();
            boolean chunked = (Long) getRequestContentLength.invoke(method) < 0;
            if (type == null || chunked || !Forms.isForm(type.toString())) {
                return null;
            }
            long length = (Long) getContentLength.invoke(entity);
            if (length <= 0 || length > Forms.LONGEST_FORM) {
                return null;
            }
            ByteArrayOutputStream body = new ByteArrayOutputStream((int) length);
            writeRequest.invoke(entity, body);
            return body.toByteArray();
        } catch (ReflectiveOperationException | RuntimeException e) {
            // The application's own entity could not be read twice.
            return null;
        }
    }
    /** The header that will say how long the body is. */
    String lengthLine(Object method, int length) throws ReflectiveOperationException {
        String line = line(method, LENGTH);
        return line == null ? LENGTH + length + "\r\n" : line;
    }

    private @Nullable String line(Object method, String start) throws ReflectiveOperationException {
        for (String line : headers(method)) {
            if (line.regionMatches(true, 0, start, 0, start.length())) {
                return line;
            }
        }
        return null;
    }

    List<String> headers(Object method) throws ReflectiveOperationException {
        List<String> lines = new ArrayList<>();
        for (Object header : (Object[]) getRequestHeaders.invoke(method)) {
            lines.add((String) toExternalForm.invoke(header));
        }
        return lines;
    }
}
