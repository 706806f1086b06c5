package io.lethe.cli;

import io.lethe.broker.GrantBuilder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that say when a grant holds, how often, and what it demands of the connection. */
final class GrantLimits {

    @Option(names = "--ttl", paramLabel = "60s", description = "How long a lease lasts (default: 60s).")
    private @Nullable String ttl;

    @Option(names = "--from", paramLabel = "DATE", description = "When the grant begins: 2027-01-31 or an instant.")
    private @Nullable String from;

    @Option(
            names = {"--expires", "--until"},
            paramLabel = "DATE",
            description = "When the grant ends: 2027-01-31 or an instant.")
    private @Nullable String expires;

    @Option(
            names = "--hours",
            paramLabel = "HOURS",
            description = "Holds then only, such as 'Mon-Fri 08:00-18:00 Europe/Berlin'; repeatable.")
    private List<String> hours = new ArrayList<>();

    @Option(
            names = "--uses",
            paramLabel = "N",
            description = "So many logins or requests, counted in each process by itself (default: any).")
    private @Nullable Long uses;

    @Option(
            names = "--tls",
            paramLabel = "verified",
            description = "Servers (https, databases) must be vouched for over TLS; --ca and --pin imply it.")
    private @Nullable String tls;

    void addTo(GrantBuilder builder) throws CliException {
        if (ttl != null) {
            builder.ttl(Times.seconds(ttl));
        }
        if (from != null) {
            builder.notBefore(Times.moment(from));
        }
        if (expires != null) {
            builder.notAfter(Times.moment(expires));
        }
        hours.forEach(builder::hours);
        if (uses != null) {
            builder.uses(uses);
        }
        if (tls != null) {
            if (!tls.equals("verified")) {
                throw CliException.usage("--tls demands 'verified', nothing else; not '" + tls + "'");
            }
            builder.verifiedTls();
        }
    }
}
