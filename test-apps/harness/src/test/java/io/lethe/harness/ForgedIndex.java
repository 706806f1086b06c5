package io.lethe.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/**
 * An index as somebody makes it who has no admin key of this vault: by a vault and admin key of his own, with his grants, and
 * with the victim's encrypted file in the place of his. Signed with the JDK's Ed25519, not with Lethe's.
 */
final class ForgedIndex {

    private static final String SEED = "LETHE-ADMIN-KEY-";
    private static final int KEY_ID = 4;

    private ForgedIndex() {}

    /** @param own his vault, whose admin key is there too; @param stolen the file that is to stand in his secret's place */
    static String of(Path own, Path ownFile, Path stolen) {
        try {
            String note = Files.readString(own.resolve("index"));
            int end = note.lastIndexOf("\n\n") + 1;
            // A JVM that has seen the true one refuses lower numbers; a forger takes a high one.
            String text = note.substring(0, end)
                    .replace(sha256(Files.readAllBytes(ownFile)), sha256(Files.readAllBytes(stolen)))
                    .replaceFirst("\"serial\": ?\\d+", "\"serial\": 1000");
            String line = note.substring(end + 1);
            String lead = line.substring(0, line.lastIndexOf(' ') + 1);
            byte[] old =
                    Base64.getDecoder().decode(line.substring(lead.length()).trim());
            byte[] signature = sign(text.getBytes(StandardCharsets.UTF_8), seed(own.resolve("admin.key")));
            byte[] value = Arrays.copyOf(old, KEY_ID + signature.length);
            System.arraycopy(signature, 0, value, KEY_ID, signature.length);
            return text + "\n" + lead + Base64.getEncoder().encodeToString(value) + "\n";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] seed(Path adminKey) throws IOException {
        String text = Files.readString(adminKey);
        return Bech32.decode(text.substring(text.indexOf(SEED)).split("\\s")[0]);
    }

    private static byte[] sign(byte[] text, byte[] seed) throws GeneralSecurityException {
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(KeyFactory.getInstance("Ed25519")
                .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, seed)));
        signature.update(text);
        return signature.sign();
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
