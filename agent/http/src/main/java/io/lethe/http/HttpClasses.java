package io.lethe.http;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * The internal names of all classes that HTTP stacks name: all that the gate needs to know before the first of them is loaded.
 *
 * <p>Loaded by the agent loader, before main.
 */
public final class HttpClasses {

    static final String URL_CONNECTION = "sun/net/www/http/HttpClient";

    static final String[] APACHE_4 = {
        "org/apache/http/impl/AbstractHttpClientConnection",
        "org/apache/http/impl/DefaultBHttpClientConnection",
        "org/apache/http/impl/io/AbstractMessageWriter",
        "org/apache/http/impl/nio/DefaultNHttpClientConnection",
        "org/apache/http/impl/nio/codecs/AbstractMessageWriter",
    };

    private HttpClasses() {}

    /** All of them. */
    public static Set<String> all() {
        Set<String> all = new HashSet<>(Arrays.asList(APACHE_4));
        all.add(URL_CONNECTION);
        return all;
    }
}
