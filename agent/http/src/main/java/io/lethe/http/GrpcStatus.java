package io.lethe.http;

import java.io.IOException;

/**
 * A refusal in gRPC's words: UNAVAILABLE, as for whatever the transport could not send. Loaded by the agent loader. Stateless.
 */
final class GrpcStatus {

    private GrpcStatus() {}

    /** A {@code Status} of the gRPC that this class belongs to. */
    static Object of(Members members, Class<?> grpc, IOException refusal) throws ReflectiveOperationException {
        Class<?> type = Class.forName("io.grpc.Status", true, grpc.getClassLoader());
        Object status = type.getField("UNAVAILABLE").get(null);
        status = members.method(type, "withDescription", String.class).invoke(status, refusal.getMessage());
        return members.method(type, "withCause", Throwable.class).invoke(status, refusal);
    }

    /** The exception of it: what gRPC finds behind others. */
    static Throwable exception(Members members, Class<?> grpc, IOException refusal)
            throws ReflectiveOperationException {
        return (Throwable) members.get(of(members, grpc, refusal), "asException");
    }
}
