package io.lethe.broker.vault;

import io.lethe.broker.BreakGlass;
import io.lethe.broker.Grant;
import io.lethe.broker.json.Json;
import io.lethe.broker.json.JsonException;
import io.lethe.broker.json.JsonFields;
import io.lethe.secret.Reference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The index of a vault: its verifying key, its workloads, what secrets there are and in which files, and the grants.
 * Nothing of it is secret.
 *
 * <p>Loaded by the agent loader and the command line's. Changed by {@link Vault} only, on one thread; whoever else
 * holds one reads it. What it does not know it refuses, so that an older agent never passes over a condition.
 */
final class Index {

    static final String FORMAT = "lethe-vault/1";
    static final String BUNDLE_FORMAT = "lethe-bundle/1";
    /** Fields that stand in the index in clear. */
    static final Set<String> PUBLIC_FIELDS = Collections.singleton("username");

    private static final int MAX_BYTES = 32 << 20;

    /** Grows with every change. */
    long serial;

    String verifier = "";
    String adminRecipient = "";
    long nextGrant = 1;
    final Map<String, String> workloads = new TreeMap<>();
    final Map<String, Secret> secrets = new TreeMap<>();
    final List<Grant> grants = new ArrayList<>();
    final List<BreakGlass> overrides = new ArrayList<>();
    /** Whether this is what an override took along for when the vault cannot be read, and no vault. */
    boolean bundle;

    static Index parse(byte[] text) throws JsonException {
        JsonFields json = Json.readObject(text, MAX_BYTES);
        String format = json.string("format");
        if (!format.equals(FORMAT) && !format.equals(BUNDLE_FORMAT)) {
            throw new JsonException("its format is not " + FORMAT + "; use a newer lethe");
        }
        Index index = new Index();
        index.bundle = format.equals(BUNDLE_FORMAT);
        index.serial = json.number("serial");
        index.verifier = json.string("key");
        index.adminRecipient = json.string("admin");
        index.nextGrant = json.number("next-grant");
        JsonFields workloads = json.object("workloads");
        for (String name : workloads.keys()) {
            index.workloads.put(name(name), workloads.string(name));
        }
        JsonFields secrets = json.object("secrets");
        for (String name : secrets.keys()) {
            index.secrets.put(name(name), Secret.parse(secrets.object(name)));
        }
        for (Object grant : json.list("grants")) {
            index.grants.add(Grant.fromJson(grant));
        }
        if (json.has("overrides")) {
            for (Object override : json.list("overrides")) {
                index.overrides.add(BreakGlass.fromJson(override));
            }
        }
        json.end();
        return index;
    }

    byte[] write() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("format", bundle ? BUNDLE_FORMAT : FORMAT);
        json.put("serial", serial);
        json.put("key", verifier);
        json.put("admin", adminRecipient);
        json.put("next-grant", nextGrant);
        json.put("workloads", new TreeMap<String, Object>(workloads));
        Map<String, Object> secretsJson = new TreeMap<>();
        for (Map.Entry<String, Secret> entry : secrets.entrySet()) {
            secretsJson.put(entry.getKey(), entry.getValue().toJson());
        }
        json.put("secrets", secretsJson);
        List<Object> grantsJson = new ArrayList<>();
        for (Grant grant : grants) {
            grantsJson.add(grant.toJson());
        }
        json.put("grants", grantsJson);
        if (!overrides.isEmpty()) {
            List<Object> overridesJson = new ArrayList<>();
            for (BreakGlass override : overrides) {
                overridesJson.add(override.toJson());
            }
            json.put("overrides", overridesJson);
        }
        return Json.writePretty(json);
    }

    /** The public user names, by secret. */
    Map<String, String> usernames() {
        Map<String, String> names = new TreeMap<>();
        for (Map.Entry<String, Secret> entry : secrets.entrySet()) {
            String username = entry.getValue().username();
            if (username != null) {
                names.put(entry.getKey(), username);
            }
        }
        return names;
    }

    private static String name(String name) throws JsonException {
        // Names become names of files; what could climb out of the folder must not get here, signed or not.
        if (!Reference.isName(name)) {
            throw new JsonException("a name in it is not one");
        }
        return name;
    }

    /** One secret: its version, which grows whenever a field is put, and its fields. */
    static final class Secret {

        long version;
        final Map<String, Field> fields = new TreeMap<>();

        static Secret parse(JsonFields json) throws JsonException {
            Secret secret = new Secret();
            secret.version = json.number("version");
            JsonFields fields = json.object("fields");
            for (String field : fields.keys()) {
                secret.fields.put(name(field), Field.parse(fields.object(field)));
            }
            json.end();
            return secret;
        }

        @Nullable
        String username() {
            Field field = fields.get("username");
            return field == null ? null : field.value;
        }

        Map<String, Object> toJson() {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("version", version);
            Map<String, Object> fieldsJson = new TreeMap<>();
            for (Map.Entry<String, Field> entry : fields.entrySet()) {
                fieldsJson.put(entry.getKey(), entry.getValue().toJson());
            }
            json.put("fields", fieldsJson);
            return json;
        }
    }

    /** One field: either public, with its value, or in a file. */
    static final class Field {

        final long version;
        final @Nullable String value;
        final String file;
        final String sha256;
        /** The names of the workloads whose identities open the file; the admin's does anyway. */
        final List<String> workloads;
        /** The version before, kept for the way back; it has none itself. */
        final @Nullable Field previous;
        /** Seconds since 1970 from which on the version before is not kept any more. */
        final long previousUntil;

        Field(long version, @Nullable String value, String file, String sha256, List<String> workloads) {
            this(version, value, file, sha256, workloads, null, 0);
        }

        private Field(
                long version,
                @Nullable String value,
                String file,
                String sha256,
                List<String> workloads,
                @Nullable Field previous,
                long previousUntil) {
            this.version = version;
            this.value = value;
            this.file = file;
            this.sha256 = sha256;
            this.workloads = workloads;
            this.previous = previous;
            this.previousUntil = previousUntil;
        }

        Field withPrevious(Field previous, long until) {
            return new Field(version, value, file, sha256, workloads, previous.withoutPrevious(), until);
        }

        Field withoutPrevious() {
            return new Field(version, value, file, sha256, workloads);
        }

        static Field ofPublic(long version, String value) {
            return new Field(version, value, "", "", Collections.<String>emptyList());
        }

        static Field parse(JsonFields json) throws JsonException {
            long version = json.number("version");
            Field field;
            if (json.has("value")) {
                field = ofPublic(version, json.string("value"));
            } else {
                field = new Field(
                        version, null, name(json.string("file")), json.string("sha256"), json.strings("workloads"));
                if (json.has("previous")) {
                    field = field.withPrevious(parse(json.object("previous")), json.number("previous-until"));
                }
            }
            json.end();
            return field;
        }

        Map<String, Object> toJson() {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("version", version);
            if (value != null) {
                json.put("value", value);
            } else {
                json.put("file", file);
                json.put("sha256", sha256);
                json.put("workloads", new ArrayList<Object>(workloads));
                if (previous != null) {
                    json.put("previous", previous.toJson());
                    json.put("previous-until", previousUntil);
                }
            }
            return json;
        }
    }
}
