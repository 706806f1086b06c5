package io.lethe.harness;

/** A version of HTTP as the programs' configuration names it. */
public enum HttpProtocol {
    H1("h1", "HTTP/1.1"),
    H2("h2", "HTTP/2.0");

    private final String key;
    private final String shown;

    HttpProtocol(String key, String shown) {
        this.key = key;
        this.shown = shown;
    }

    /** For the key {@code protocol}. */
    public String key() {
        return key;
    }

    /** As nginx names it. */
    public String shown() {
        return shown;
    }

    /** The port of nginx that speaks it. */
    public Nginx.Speaks port() {
        return this == H2 ? Nginx.Speaks.H2 : Nginx.Speaks.TLS;
    }

    @Override
    public String toString() {
        return key;
    }
}
