package io.lethe.harness;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.text.Normalizer;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * What is as good as the password to whoever finds it: with SaltedPassword or ClientKey one logs in by SCRAM, with the inner
 * MD5 hash by md5. Computed from what the server stores, so that a scan can look for them. (ServerKey and StoredKey only
 * verify; they are not looked for.)
 */
public final class Equivalents {

    private Equivalents() {}

    /**
     * Those of any password, also a wrong one, where the server stores this.
     *
     * @param stored {@code pg_authid.rolpassword} of that role
     */
    public static Map<String, byte[]> of(String stored, String user, byte[] password) {
        Map<String, byte[]> found = new LinkedHashMap<>();
        try {
            if (stored.startsWith("md5")) {
                MessageDigest md5 = MessageDigest.getInstance("MD5");
                md5.update(password);
                byte[] inner = md5.digest(user.getBytes(StandardCharsets.UTF_8));
                found.put("md5 inner", inner);
                found.put("md5 inner hex", HexFormat.of().formatHex(inner).getBytes(StandardCharsets.US_ASCII));
                return found;
            }
            // SCRAM-SHA-256$<iterations>:<salt>$<StoredKey>:<ServerKey>
            String[] parts = stored.split("[$:]");
            byte[] salted = saltedPassword(password, Base64.getDecoder().decode(parts[2]), Integer.parseInt(parts[1]));
            byte[] clientKey = clientKey(salted);
            found.put("SaltedPassword", salted);
            found.put("ClientKey", clientKey);
            return found;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whether the server stores, by SCRAM, this password. */
    public static boolean fits(String stored, String user, byte[] password) {
        try {
            byte[] storedKey = MessageDigest.getInstance("SHA-256").digest(of(stored, user, password).get("ClientKey"));
            return Base64.getEncoder().encodeToString(storedKey).equals(stored.split("[$:]")[3]);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] saltedPassword(byte[] password, byte[] salt, int iterations) throws GeneralSecurityException {
        String prepared = Normalizer.normalize(Secrets.text(password), Normalizer.Form.NFKC);
        PBEKeySpec spec = new PBEKeySpec(prepared.toCharArray(), salt, iterations, 256);
        return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(spec).getEncoded();
    }

    private static byte[] clientKey(byte[] salted) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(salted, "HmacSHA256"));
        return mac.doFinal("Client Key".getBytes(StandardCharsets.US_ASCII));
    }
}
