package io.lethe.cli;

import io.lethe.broker.Grant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** What whoever takes a right away has to know. Stateless. */
final class Revoked {

    private Revoked() {}

    /** For programs: what was taken away, from whom, and what is to be rotated now. */
    static Map<String, Object> answer(Grant grant, Collection<String> workloads) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("revoked", grant.id());
        answer.put("secret", grant.secret());
        answer.put("workloads", new ArrayList<Object>(workloads));
        answer.put("rotate", grant.secret());
        return answer;
    }

    /** Encrypting anew takes nothing from somebody who kept the old file, or the secret. */
    static String mustBeRotated(String secret) {
        return "who held it may have kept it: change it at the server, and store the new one with 'lethe vault rotate "
                + secret + "'";
    }
}
