package io.lethe.broker.vault;

import io.lethe.broker.BrokerException;
import io.lethe.broker.Grant;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Makes a vault of many secrets and grants in one change, for the benchmarks: the command line makes one change for each, and
 * writes the index anew with each. In this package because a change is nobody else's to make.
 */
public final class LargeVault {

    public static final String TARGET = "postgresql://db:5432/orders";
    public static final String USER = "orders";

    private LargeVault() {}

    public static String secret(int number) {
        return "s" + number;
    }

    /**
     * @param secrets how many
     * @param grants how many of the secrets are granted for {@link #TARGET}, from the first on
     * @param more further grants on the first secret, for other databases, before the one that counts
     */
    public static void make(Path folder, int secrets, int grants, int more) throws BrokerException {
        Vault.init(folder, null).change(writer -> {
            for (int i = 0; i < secrets; i++) {
                byte[] value = ("the secret of " + i).getBytes(StandardCharsets.UTF_8);
                writer.put(secret(i), "password", value, 0);
            }
            for (int i = 0; i < more; i++) {
                writer.grant(
                        Grant.of(secret(0)).to("postgresql://db:5432/other" + i).user(USER));
            }
            for (int i = 0; i < grants; i++) {
                writer.grant(Grant.of(secret(i)).to(TARGET).user(USER));
            }
            return folder;
        });
    }
}
