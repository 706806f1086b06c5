package io.lethe.harness;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a MySQL 8.0 answers where drivers ask for its settings. Stateless. */
final class MysqlVariables {

    private static final Pattern ASKED =
            Pattern.compile("@@(?:session\\.|global\\.)?(\\w+)(?:\\s+as\\s+(\\w+))?", Pattern.CASE_INSENSITIVE);

    private static final Map<String, String> VALUES = Map.ofEntries(
            Map.entry("auto_increment_increment", "1"),
            Map.entry("autocommit", "1"),
            Map.entry("character_set_client", "utf8mb4"),
            Map.entry("character_set_connection", "utf8mb4"),
            Map.entry("character_set_results", "utf8mb4"),
            Map.entry("character_set_server", "utf8mb4"),
            Map.entry("collation_server", "utf8mb4_general_ci"),
            Map.entry("collation_connection", "utf8mb4_general_ci"),
            Map.entry("license", "GPL"),
            Map.entry("max_allowed_packet", "67108864"),
            Map.entry("sql_mode", "STRICT_TRANS_TABLES"),
            Map.entry("system_time_zone", "UTC"),
            Map.entry("time_zone", "SYSTEM"),
            Map.entry("transaction_isolation", "REPEATABLE-READ"),
            Map.entry("tx_isolation", "REPEATABLE-READ"),
            Map.entry("init_connect", ""));

    private MysqlVariables() {}

    static void answer(MysqlWire wire, String query) throws IOException {
        List<String> columns = new ArrayList<>();
        List<String> row = new ArrayList<>();
        Matcher asked = ASKED.matcher(query);
        while (asked.find()) {
            columns.add(asked.group(2) == null ? "@@" + asked.group(1) : asked.group(2));
            row.add(VALUES.getOrDefault(asked.group(1).toLowerCase(), "0"));
        }
        wire.result(columns, row);
    }
}
