package io.lethe.cli;

import io.lethe.broker.BrokerException;
import io.lethe.broker.vault.Vault;
import io.lethe.cli.scan.Needle;
import io.lethe.secret.Reference;
import io.lethe.secret.Sealed;
import io.lethe.secret.Window;
import io.lethe.secret.Wipe;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Reads what {@code scan} looks for: lines on standard input, {@code NAME=HEX} arguments. Lines are values unless names were
 * announced: a password with {@code =} in it would otherwise be printed in part as a name.
 *
 * <p>Stateless. The caller closes the needles.
 */
final class NeedleInput {

    private NeedleInput() {}

    static void read(Streams streams, boolean named, List<Needle> into) throws CliException {
        byte[] input = SecretInput.read(streams, "secret to look for");
        try {
            int number = 0;
            for (int start = 0; start < input.length; ) {
                int end = start;
                while (end < input.length && input[end] != '\n') {
                    end++;
                }
                number++;
                if (end > start) {
                    into.add(line(input, start, end, number, named));
                }
                start = end + 1;
            }
        } finally {
            Wipe.bytes(input);
        }
    }

    private static Needle line(byte[] input, int start, int end, int number, boolean named) throws CliException {
        String name = "line-" + number;
        int from = start;
        if (named) {
            while (from < end && input[from] != '=') {
                from++;
            }
            name = new String(input, start, from++ - start, StandardCharsets.ISO_8859_1);
            if (from > end || !Reference.isName(name)) {
                throw CliException.usage(
                        "line " + number + " of standard input is not name=value with a name as in lethe:<name>");
            }
        }
        byte[] value = Arrays.copyOfRange(input, Math.min(from, end), end);
        try {
            return Needle.secret(name, value);
        } catch (IllegalArgumentException e) {
            throw CliException.usage("line " + number + " of standard input " + e.getMessage());
        } finally {
            Wipe.bytes(value);
        }
    }

    /** @param reference {@code name}, {@code name#field}, with or without {@code lethe:} */
    static Needle fromVault(Vault vault, String reference) throws CliException, BrokerException {
        try {
            String text = Reference.claims(reference) ? reference : Reference.PREFIX + reference;
            Reference wanted = Objects.requireNonNull(Reference.parse(text, "password"));
            try (Sealed secret = vault.reveal(wanted.name(), wanted.field());
                    Window window = secret.open()) {
                return Needle.secret(reference, window.bytes());
            }
        } catch (IllegalArgumentException e) {
            throw CliException.usage("--secret " + reference + ": " + e.getMessage());
        }
    }

    static Needle derived(String argument) throws CliException {
        int equals = argument.indexOf('=');
        int digits = argument.length() - equals - 1;
        if (equals < 1 || digits % 2 != 0) {
            throw CliException.usage("--derived wants NAME=HEX, two digits a byte");
        }
        byte[] value = new byte[digits / 2];
        for (int i = 0; i < value.length; i++) {
            int high = Character.digit(argument.charAt(equals + 1 + 2 * i), 16);
            int low = Character.digit(argument.charAt(equals + 2 + 2 * i), 16);
            if (high < 0 || low < 0) {
                throw CliException.usage(
                        "--derived " + argument.substring(0, equals) + ": the value is not hexadecimal");
            }
            value[i] = (byte) (high << 4 | low);
        }
        try {
            return Needle.derived(argument.substring(0, equals), value);
        } catch (IllegalArgumentException e) {
            throw CliException.usage("--derived " + argument.substring(0, equals) + " " + e.getMessage());
        } finally {
            Wipe.bytes(value);
        }
    }
}
