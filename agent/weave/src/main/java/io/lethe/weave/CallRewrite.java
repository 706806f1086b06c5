package io.lethe.weave;

import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ConstantDynamic;
import org.objectweb.asm.Handle;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * Rewrites the calls of one method, or only counts them where there is no next visitor. Agent loader; one thread.
 *
 * <p>One call becomes one call with the same effect on the stack, without branches: frames stay valid. What fits and
 * cannot be rewritten so is left alone and counted.
 */
final class CallRewrite extends MethodVisitor {

    private final String method;
    private final String hooks;
    private final Tally tally;
    /** Whether the constructor call that comes next follows its own NEW and DUP: see {@link NewTracker}. */
    boolean plainNew;

    CallRewrite(@Nullable MethodVisitor next, String method, String hooks, Tally tally) {
        super(Emit.API, next);
        this.method = method;
        this.hooks = hooks;
        this.tally = tally;
    }

    @Override
    public void visitMethodInsn(int opcode, String owner, String name, String desc, boolean itf) {
        CallHook hook = find(owner, name, desc);
        boolean constructor = name.equals("<init>");
        boolean rewrite = hook != null && hook.takes(opcode) && (hook.toOwner == null || !constructor || plainNew);
        if (hook != null) {
            tally.count(hook, rewrite);
        }
        if (hook == null || !rewrite) {
            super.visitMethodInsn(opcode, owner, name, desc, itf);
        } else if (hook.toOwner == null) {
            filter(hook);
            super.visitMethodInsn(opcode, owner, name, desc, itf);
        } else {
            super.visitMethodInsn(Opcodes.INVOKESTATIC, hook.toOwner, hook.toName, hook.toDescriptor, false);
            if (constructor) {
                // The two uninitialized references of NEW and DUP lie below the new object.
                super.visitInsn(Opcodes.DUP_X2);
                super.visitInsn(Opcodes.POP);
                super.visitInsn(Opcodes.POP);
                super.visitInsn(Opcodes.POP);
            }
        }
    }

    @Override
    public void visitInvokeDynamicInsn(String name, String desc, Handle bootstrap, Object... arguments) {
        super.visitInvokeDynamicInsn(name, desc, bootstrap, constants(arguments, desc, bootstrap));
    }

    @Override
    public void visitLdcInsn(Object value) {
        super.visitLdcInsn(constant(value, null, null, null));
    }

    private void filter(CallHook hook) {
        Type last = hook.lastParameter();
        if (mv == null || last == null) {
            return;
        }
        Emit.siteBelow(mv, hook.site);
        mv.visitMethodInsn(Opcodes.INVOKESTATIC, hooks, "filter", "(JLjava/lang/Object;)Ljava/lang/Object;", false);
        Emit.cast(mv, last);
    }

    private Object[] constants(Object[] arguments, @Nullable String factory, Handle bootstrap) {
        Object[] rewritten = new Object[arguments.length];
        for (int i = 0; i < arguments.length; i++) {
            rewritten[i] = constant(arguments[i], factory, bootstrap, arguments);
        }
        return rewritten;
    }

    private Object constant(
            Object value, @Nullable String factory, @Nullable Handle bootstrap, Object @Nullable [] siblings) {
        if (value instanceof ConstantDynamic) {
            ConstantDynamic dynamic = (ConstantDynamic) value;
            Object[] arguments = new Object[dynamic.getBootstrapMethodArgumentCount()];
            for (int i = 0; i < arguments.length; i++) {
                arguments[i] = dynamic.getBootstrapMethodArgument(i);
            }
            Handle by = dynamic.getBootstrapMethod();
            return new ConstantDynamic(dynamic.getName(), dynamic.getDescriptor(), by, constants(arguments, null, by));
        }
        if (!(value instanceof Handle)) {
            return value;
        }
        Handle handle = (Handle) value;
        CallHook hook = handle.getTag() < Opcodes.H_INVOKEVIRTUAL
                ? null
                : find(handle.getOwner(), handle.getName(), handle.getDesc());
        if (hook == null) {
            return value;
        }
        Handle replacement = Handles.replacement(hook, handle, factory, bootstrap, siblings);
        tally.count(hook, replacement != null);
        return replacement == null ? value : replacement;
    }

    private @Nullable CallHook find(String owner, String name, String desc) {
        for (int i = 0; i < tally.hooks.size(); i++) {
            CallHook hook = tally.hooks.get(i);
            if (hook.fits(owner, name, desc) && hook.fitsIn(method)) {
                return hook;
            }
        }
        return null;
    }
}
