package io.lethe.cli;

/** What whoever takes a right away has to know. Stateless. */
final class Revoked {

    private Revoked() {}

    /** Encrypting anew takes nothing from somebody who kept the old file, or the secret. */
    static String mustBeRotated(String secret) {
        return "who held it may have kept it: change it at the server, and store the new one with 'lethe vault rotate "
                + secret + "'";
    }
}
