package io.lethe.weave;

import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/** Method references: which of them can point to a replacement, so that they still link. Agent loader; stateless. */
final class Handles {

    private static final String LAMBDAS = "java/lang/invoke/LambdaMetafactory";
    /** {@code LambdaMetafactory.FLAG_SERIALIZABLE}. */
    private static final int SERIALIZABLE = 1;

    private Handles() {}

    /**
     * Returns what to put in the handle's place, or null where it must stay.
     *
     * @param factory descriptor of the invokedynamic that the handle is an argument of, if it is
     */
    static @Nullable Handle replacement(
            CallHook hook,
            Handle handle,
            @Nullable String factory,
            @Nullable Handle bootstrap,
            Object @Nullable [] all) {
        boolean special = handle.getTag() == Opcodes.H_INVOKESPECIAL;
        if (hook.toOwner == null || special || !links(hook, handle, factory, bootstrap)) {
            return null;
        }
        // $deserializeLambda$ compares kind, owner and name of the implementation with those that it was compiled with.
        if (bootstrap != null && all != null && bootstrap.getName().equals("altMetafactory") && serializable(all)) {
            return null;
        }
        return new Handle(Opcodes.H_INVOKESTATIC, hook.toOwner, hook.toName, hook.toDescriptor, false);
    }

    private static boolean links(CallHook hook, Handle handle, @Nullable String factory, @Nullable Handle bootstrap) {
        if (hook.kind != CallHook.Kind.INSTANCE) {
            return true;
        }
        Type receiver = Type.getArgumentTypes(hook.toDescriptor)[0];
        if (factory == null || bootstrap == null || !bootstrap.getOwner().equals(LAMBDAS)) {
            // We do not know what becomes of the handle: it has to keep its exact type.
            return receiver.equals(Type.getObjectType(handle.getOwner()));
        }
        // A receiver that comes with each call may be widened; one that is captured must be of exactly the same type.
        Type[] captured = Type.getArgumentTypes(factory);
        return captured.length == 0 || captured[0].equals(receiver);
    }

    private static boolean serializable(Object[] arguments) {
        return arguments.length > 3 && arguments[3] instanceof Integer && ((Integer) arguments[3] & SERIALIZABLE) != 0;
    }
}
