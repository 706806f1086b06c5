package io.lethe.harness;

/** How a request proves itself, in the matrices of the HTTP tests. */
enum HttpCredential {
    BEARER("bearer"),
    API_KEY("api key"),
    /** Built by the program. */
    BASIC("basic"),
    /** Built by the client's own machinery, when the server asks. */
    LOGIN("login");

    private final String shown;

    HttpCredential(String shown) {
        this.shown = shown;
    }

    /** The configuration with this secret or reference in its place. */
    HttpConfig in(HttpConfig config, String credential) {
        return switch (this) {
            case BEARER -> config.bearer(credential);
            case API_KEY -> config.apiKey(credential);
            case BASIC -> config.basic(credential);
            case LOGIN -> config.login(credential);
        };
    }

    /** The path whose answer proves it: only where the server asks does every client's machinery answer. */
    String path() {
        return this == LOGIN ? "basic" : "url";
    }

    /** What nginx says where the true secret stood in its place. */
    String verdict() {
        return this == API_KEY ? " key=TRUE " : " authorization=TRUE ";
    }

    @Override
    public String toString() {
        return shown;
    }
}
