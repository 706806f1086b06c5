package io.lethe.cli;

import io.lethe.broker.GrantBuilder;
import io.lethe.broker.Position;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/**
 * Options that say where in an HTTP request a secret stands, and by which method: conditions of a grant, an assumption in
 * {@code explain}.
 */
final class Positions {

    @Option(names = "--header", paramLabel = "H", description = "In this HTTP header, such as X-Api-Key; repeatable.")
    private List<String> headers = new ArrayList<>();

    @Option(names = "--cookie", paramLabel = "C", description = "In this cookie; repeatable.")
    private List<String> cookies = new ArrayList<>();

    @Option(names = "--form", paramLabel = "FIELD", description = "In this field of a form; repeatable.")
    private List<String> fields = new ArrayList<>();

    @Option(names = "--query", paramLabel = "Q", description = "In this parameter of the query; repeatable.")
    private List<String> parameters = new ArrayList<>();

    @Option(names = "--path", description = "In the path.")
    private boolean path;

    @Option(names = "--method", paramLabel = "M", description = "By this HTTP method, such as GET; repeatable.")
    private List<String> methods = new ArrayList<>();

    void addTo(GrantBuilder builder) {
        headers.forEach(builder::header);
        cookies.forEach(builder::cookie);
        fields.forEach(builder::form);
        parameters.forEach(builder::query);
        if (path) {
            builder.path();
        }
        methods.forEach(builder::method);
    }

    /** As {@link Position} writes them. */
    List<String> asked() {
        List<String> asked = new ArrayList<>();
        headers.forEach(name -> asked.add(Position.header(name)));
        cookies.forEach(name -> asked.add(Position.cookie(name)));
        fields.forEach(name -> asked.add(Position.form(name)));
        parameters.forEach(name -> asked.add(Position.query(name)));
        if (path) {
            asked.add(Position.PATH);
        }
        return asked;
    }

    List<String> methods() {
        return methods;
    }
}
