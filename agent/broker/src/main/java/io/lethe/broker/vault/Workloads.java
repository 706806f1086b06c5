package io.lethe.broker.vault;

import io.lethe.broker.BrokerException;
import io.lethe.broker.Explanation;
import io.lethe.broker.Grant;
import io.lethe.secret.Reference;
import java.io.IOException;
import java.util.ListIterator;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The workloads of an index that is being changed: each is a name and an age recipient, and opens what its grants name.
 *
 * <p>Loaded by the command line's loader. One thread, under the lock. Nothing is on disk before the writer commits,
 * but for secret files that no index names.
 */
final class Workloads {

    private static final int MAX_NAME = 100;

    private final VaultFolder folder;
    private final Index index;
    private final SecretFiles files;

    Workloads(VaultFolder folder, Index index, SecretFiles files) {
        this.folder = folder;
        this.index = index;
        this.files = files;
    }

    /** Refuses a name that cannot be added, before a key is made for it. */
    void requireNew(String name) throws BrokerException {
        if (!Reference.isName(name) || name.length() > MAX_NAME) {
            throw new IllegalArgumentException(
                    "'" + Explanation.shown(name)
                            + "' is not a name of a workload: a-z, 0-9, '_', '.', '-', at most 100, ending in a letter or digit");
        }
        if (index.workloads.containsKey(name)) {
            throw new BrokerException(
                    BrokerException.Kind.BROKEN,
                    "there is a workload " + name + " in " + folder.path() + " already; nothing was changed");
        }
    }

    void add(String name, String recipient) throws BrokerException {
        requireNew(name);
        index.workloads.put(name, requireOwn(recipient));
    }

    /** Gives a workload another key and encrypts all that it is granted to that one. */
    void rekey(String name, String recipient) throws IOException, BrokerException {
        require(name);
        index.workloads.put(name, requireOwn(recipient));
        files.rekey(name);
    }

    /** Takes a workload and all that it was granted away. @return the secrets that it could open */
    Set<String> remove(String name) throws IOException, BrokerException {
        require(name);
        Set<String> secrets = new TreeSet<>();
        for (Grant grant : index.grants) {
            if (grant.workloads().contains(name)) {
                secrets.add(grant.secret());
            }
        }
        for (ListIterator<Grant> grants = index.grants.listIterator(); grants.hasNext(); ) {
            take(grants, name);
        }
        for (Map.Entry<String, Index.Secret> secret : index.secrets.entrySet()) {
            files.align(secret.getKey(), secret.getValue());
        }
        index.workloads.remove(name);
        return secrets;
    }

    /** Takes one workload out of one grant; the last one takes the grant along. @return the grant as it was */
    Grant revoke(String id, String name) throws IOException, BrokerException {
        for (ListIterator<Grant> grants = index.grants.listIterator(); grants.hasNext(); ) {
            Grant grant = grants.next();
            if (grant.id().equals(id) && grant.workloads().contains(name)) {
                grants.previous();
                take(grants, name);
                Index.Secret secret = index.secrets.get(grant.secret());
                if (secret != null) {
                    files.align(grant.secret(), secret);
                }
                return grant;
            }
        }
        throw new BrokerException(
                BrokerException.Kind.NOT_FOUND,
                "there is no grant " + Explanation.shown(id) + " for the workload " + Explanation.shown(name) + " in "
                        + folder.path());
    }

    String require(String name) throws BrokerException {
        String recipient = index.workloads.get(name);
        if (recipient == null) {
            throw new BrokerException(
                    BrokerException.Kind.NOT_FOUND,
                    "there is no workload " + Explanation.shown(name) + " in " + folder.path());
        }
        return recipient;
    }

    private static void take(ListIterator<Grant> grants, String name) {
        Grant grant = grants.next();
        Set<String> left = new TreeSet<>(grant.workloads());
        if (!left.remove(name)) {
            return;
        }
        if (left.isEmpty()) {
            grants.remove();
        } else {
            grants.set(grant.forWorkloads(left));
        }
    }

    /** Two workloads with one key would open each other's secrets. */
    private String requireOwn(String text) throws BrokerException {
        String recipient;
        try {
            recipient = AgeKey.recipientText(AgeKey.recipient(text));
        } catch (IllegalArgumentException e) {
            // Not shown: it may be the private key, by mistake.
            throw new IllegalArgumentException("this is no public key of age (age1...)", e);
        }
        if (recipient.equals(index.adminRecipient)) {
            throw new BrokerException(
                    BrokerException.Kind.BROKEN, "this is the admin's key; a workload needs one of its own");
        }
        for (Map.Entry<String, String> other : index.workloads.entrySet()) {
            if (other.getValue().equals(recipient)) {
                throw new BrokerException(
                        BrokerException.Kind.BROKEN,
                        "the workload " + other.getKey() + " has this key; each needs one of its own");
            }
        }
        return recipient;
    }
}
