package io.lethe.cli;

import io.lethe.cli.scan.Needle;
import io.lethe.secret.Reference;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;

/**
 * Reads what {@code scan} looks for: lines {@code value} or {@code name=value} on standard input, {@code NAME=HEX}
 * arguments. A line whose part before the first {@code =} is no secret's name is a value as a whole.
 *
 * <p>Stateless. The caller closes the needles.
 */
final class NeedleInput {

    private NeedleInput() {}

    static void read(InputStream in, List<Needle> into) throws CliException {
        byte[] input = SecretInput.readAll(in);
        try {
            int number = 0;
            for (int start = 0; start < input.length; ) {
                int end = start;
                while (end < input.length && input[end] != '\n') {
                    end++;
                }
                number++;
                if (end > start) {
                    into.add(line(input, start, end, number));
                }
                start = end + 1;
            }
        } finally {
            Arrays.fill(input, (byte) 0);
        }
    }

    private static Needle line(byte[] input, int start, int end, int number) throws CliException {
        int nameEnd = start;
        while (nameEnd < end && input[nameEnd] != '=') {
            nameEnd++;
        }
        StringBuilder name = new StringBuilder("line-").append(number);
        int from = start;
        if (end - nameEnd - 1 >= Needle.SHORTEST && isName(input, start, nameEnd)) {
            name.setLength(0);
            for (int i = start; i < nameEnd; i++) {
                name.append((char) input[i]);
            }
            from = nameEnd + 1;
        }
        if (end - from < Needle.SHORTEST) {
            throw CliException.usage("line " + number + " of standard input is shorter than " + Needle.SHORTEST
                    + " bytes: chance alone would find it");
        }
        byte[] value = Arrays.copyOfRange(input, from, end);
        try {
            return Needle.secret(name.toString(), value);
        } finally {
            Arrays.fill(value, (byte) 0);
        }
    }

    static Needle derived(String argument) throws CliException {
        int equals = argument.indexOf('=');
        int digits = argument.length() - equals - 1;
        if (equals < 1 || digits % 2 != 0 || digits / 2 < Needle.SHORTEST) {
            throw CliException.usage("--derived wants NAME=HEX with at least " + Needle.SHORTEST + " bytes");
        }
        byte[] value = new byte[digits / 2];
        for (int i = 0; i < value.length; i++) {
            int high = Character.digit(argument.charAt(equals + 1 + 2 * i), 16);
            int low = Character.digit(argument.charAt(equals + 2 + 2 * i), 16);
            if (high < 0 || low < 0) {
                throw CliException.usage("--derived " + argument.substring(0, equals) + ": the value is not hexadecimal");
            }
            value[i] = (byte) (high << 4 | low);
        }
        try {
            return Needle.derived(argument.substring(0, equals), value);
        } finally {
            Arrays.fill(value, (byte) 0);
        }
    }
}
