package io.lethe.broker.vault;

import io.lethe.broker.BreakGlass;
import io.lethe.broker.Broker;
import io.lethe.broker.BrokerException;
import io.lethe.broker.Lease;
import io.lethe.broker.Request;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A vault and, where it cannot be read, the bundle that an override took along. The bundle holds what the admin signed for this
 * emergency: some secrets, their grants, and until when. It is as new as the vault was when it was made: once the vault has
 * changed, whoever remembers that refuses it.
 *
 * <p>Loaded by the agent loader. Thread-safe; agent threads only. Without a pinned verifying key there is no bundle.
 */
public final class BundledBroker implements Broker {

    private final VaultBroker vault;
    private final Path folder;
    private final @Nullable VaultBroker bundle;

    /** @param folder where a bundle is looked for, each time that the vault cannot be read */
    public BundledBroker(VaultBroker vault, Path folder) {
        this.vault = vault;
        this.folder = folder;
        this.bundle = vault.bundle(folder);
    }

    @Override
    public Lease acquire(Request request, long deadline) throws BrokerException {
        try {
            return vault.acquire(request, deadline);
        } catch (BrokerException e) {
            VaultBroker instead = instead(e);
            try {
                for (BreakGlass override : instead.breakGlass(request.secret())) {
                    if (override.matches(request)) {
                        return instead.acquire(request, deadline, override);
                    }
                }
            } catch (BrokerException b) {
                throw new BrokerException(
                        b.kind(), e.getMessage() + "; and the bundle in its place: " + b.getMessage(), e);
            }
            throw e;
        }
    }

    @Override
    public String currentVersion(String secret) throws BrokerException {
        try {
            return vault.currentVersion(secret);
        } catch (BrokerException e) {
            VaultBroker instead = instead(e);
            try {
                // Without an override that holds a bundle says nothing: what it lacks, or has of old, may be in force.
                if (!instead.breakGlass(secret).isEmpty()) {
                    return instead.currentVersion(secret);
                }
            } catch (BrokerException b) {
                throw e;
            }
            throw e;
        }
    }

    @Override
    public boolean names(String secret, String position) throws BrokerException {
        try {
            return vault.names(secret, position);
        } catch (BrokerException e) {
            // A bundle holds some secrets only: it may say that this is no text, never that it is.
            if (instead(e).names(secret, position)) {
                return true;
            }
            throw e;
        }
    }

    @Override
    public List<BreakGlass> breakGlass(String secret) throws BrokerException {
        try {
            return vault.breakGlass(secret);
        } catch (BrokerException e) {
            return instead(e).breakGlass(secret);
        }
    }

    @Override
    public Object stamp() {
        return vault.stamp();
    }

    @Override
    public Set<String> marks() {
        return vault.marks();
    }

    @Override
    public Lease renew(Lease lease, long deadline) throws BrokerException {
        return vault.renew(lease, deadline);
    }

    @Override
    public void revoke(Lease lease) {
        vault.revoke(lease);
    }

    @Override
    public void close() {
        vault.close();
    }

    /** The broker to ask where the vault failed like this; a vault's no stays a no. */
    private VaultBroker instead(BrokerException failure) throws BrokerException {
        boolean unread =
                failure.kind() == BrokerException.Kind.BROKEN || failure.kind() == BrokerException.Kind.UNAVAILABLE;
        if (bundle == null || !unread || !Files.exists(folder)) {
            throw failure;
        }
        return bundle;
    }
}
