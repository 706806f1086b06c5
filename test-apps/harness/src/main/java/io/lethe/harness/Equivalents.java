package io.lethe.harness;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.text.Normalizer;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * What is as good as the password to whoever finds it: with SaltedPassword or ClientKey one logs in by SCRAM, with the
 * inner MD5 hash by md5. Computed from what the server stores, so that a scan can look for them. (ServerKey and StoredKey
 * only verify; they are not looked for.)
 */
public final class Equivalents {

    private final String stored;
    private final String user;

    /** @param stored {@code pg_authid.rolpassword} of that role */
    public Equivalents(String stored, String user) {
        this.stored = stored;
        this.user = user;
    }

    /** H2's hash, which a server takes as it is: {@code SHA-256(USER@password)} in UTF-16; of a file's password with {@code file}. */
    public static byte[] h2(String user, byte[] password) {
        try {
            String text = user + "@" + Secrets.text(password);
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_16BE));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Derby's token, which answers every seed: {@code SHA-1(user, SHA-1(password))} in its own way of writing both. */
    public static byte[] derby(String user, byte[] password) {
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            byte[] stored = sha1.digest(halves(Secrets.text(password)));
            sha1.update(halves(user));
            return sha1.digest(halves("3b60" + HexFormat.of().formatHex(stored)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] halves(String text) {
        byte[] halves = new byte[2 * text.length()];
        for (int i = 0; i < text.length(); i++) {
            halves[i] = (byte) (text.charAt(i) >> 4 & 15);
            halves[i + 1] = (byte) (text.charAt(i) & 15);
        }
        return halves;
    }

    /**
     * Adds those of a password, also of a wrong one, to what is looked for.
     *
     * @param prefix tells apart those of several passwords
     */
    public Wanted addTo(Wanted wanted, String prefix, byte[] password) {
        try {
            if (stored.startsWith("md5")) {
                MessageDigest md5 = MessageDigest.getInstance("MD5");
                md5.update(password);
                byte[] inner = md5.digest(user.getBytes(StandardCharsets.UTF_8));
                String hex = HexFormat.of().formatHex(inner);
                return wanted.andDerived(prefix + "md5 inner", inner)
                        .and(prefix + "md5 inner hex", hex.getBytes(StandardCharsets.US_ASCII));
            }
            byte[] salted = saltedPassword(password);
            return wanted.andDerived(prefix + "SaltedPassword", salted)
                    .andDerived(prefix + "ClientKey", clientKey(salted));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whether the server stores, by SCRAM, this password. */
    public boolean fit(byte[] password) {
        try {
            byte[] storedKey = MessageDigest.getInstance("SHA-256").digest(clientKey(saltedPassword(password)));
            return Base64.getEncoder().encodeToString(storedKey).equals(parts()[3]);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Of {@code SCRAM-SHA-256$<iterations>:<salt>$<StoredKey>:<ServerKey>}. */
    private String[] parts() {
        return stored.split("[$:]");
    }

    private byte[] saltedPassword(byte[] password) throws GeneralSecurityException {
        String prepared = Normalizer.normalize(Secrets.text(password), Normalizer.Form.NFKC);
        byte[] salt = Base64.getDecoder().decode(parts()[2]);
        PBEKeySpec spec = new PBEKeySpec(prepared.toCharArray(), salt, Integer.parseInt(parts()[1]), 256);
        return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                .generateSecret(spec)
                .getEncoded();
    }

    private static byte[] clientKey(byte[] salted) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(salted, "HmacSHA256"));
        return mac.doFinal("Client Key".getBytes(StandardCharsets.US_ASCII));
    }
}
