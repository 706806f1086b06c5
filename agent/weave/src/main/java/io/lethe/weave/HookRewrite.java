package io.lethe.weave;

import java.util.ArrayList;
import java.util.List;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * Weaves one method hook into one method. Agent loader; one object for each method, one thread.
 *
 * <p>Frames: those of the body stay as they are, relative to each other. The handler's frame has no locals at all, so
 * that it is valid whatever the body does with its argument slots; the one after an answer has those of the method's
 * start.
 */
final class HookRewrite extends MethodVisitor {

    private static final String ENTER = "(J[Ljava/lang/Object;)[Ljava/lang/Object;";
    private static final String ANSWER = "(J[Ljava/lang/Object;)Ljava/lang/Object;";
    private static final String FILTER = "(JLjava/lang/Object;)Ljava/lang/Object;";
    private static final String FAILED = "(JLjava/lang/Throwable;)Ljava/lang/Object;";

    private final MethodHook hook;
    private final String hooks;
    private final boolean frames;
    private final boolean isStatic;
    private final boolean constructor;
    private final Type[] types;
    private final Type result;
    /** Starts and ends of the stretches of the body that the handler covers: all but the calls of returned. */
    private final List<Label> stretches = new ArrayList<>();

    HookRewrite(
            MethodVisitor next, MethodHook hook, String hooks, boolean frames, int access, String name, String desc) {
        super(Emit.API, next);
        this.hook = hook;
        this.hooks = hooks;
        this.frames = frames;
        this.isStatic = (access & Opcodes.ACC_STATIC) != 0;
        this.constructor = name.equals("<init>");
        this.types = Type.getArgumentTypes(desc);
        this.result = Type.getReturnType(desc);
    }

    @Override
    public void visitCode() {
        super.visitCode();
        if (hook.kind == MethodHook.Kind.ANSWER) {
            answer();
        } else if (hook.kind != MethodHook.Kind.RESULT) {
            enter();
        }
        if (hook.kind == MethodHook.Kind.SCOPE) {
            mark();
        }
    }

    @Override
    public void visitInsn(int opcode) {
        boolean returns = opcode >= Opcodes.IRETURN && opcode <= Opcodes.RETURN;
        if (returns && hook.kind == MethodHook.Kind.RESULT) {
            mv.visitInsn(Opcodes.DUP);
            Emit.siteBelow(mv, hook.site);
            call("filter", FILTER);
            mv.visitInsn(Opcodes.POP);
        }
        if (!returns || hook.kind != MethodHook.Kind.SCOPE) {
            super.visitInsn(opcode);
            return;
        }
        mark();
        Emit.site(mv, hook.returned);
        call("returned", "(J)V");
        super.visitInsn(opcode);
        mark();
    }

    @Override
    public void visitMaxs(int maxStack, int maxLocals) {
        if (hook.kind == MethodHook.Kind.SCOPE) {
            mark();
            handler();
        }
        super.visitMaxs(maxStack, maxLocals);
    }

    private void answer() {
        Label run = new Label();
        Emit.site(mv, hook.site);
        Emit.arguments(mv, !isStatic, firstSlot(), types);
        call("answer", ANSWER);
        mv.visitInsn(Opcodes.DUP);
        mv.visitJumpInsn(Opcodes.IFNULL, run);
        Emit.returnObject(mv, result);
        mv.visitLabel(run);
        if (frames) {
            mv.visitFrame(Opcodes.F_SAME1, 0, null, 1, new Object[] {"java/lang/Object"});
        }
        // The null that is left over. It also parts our frame from one that the body's first instruction may have.
        mv.visitInsn(Opcodes.POP);
    }

    private void enter() {
        Emit.site(mv, hook.site);
        Emit.arguments(mv, !isStatic && !constructor, firstSlot(), types);
        call("enter", ENTER);
        for (int index : hook.replaced) {
            mv.visitInsn(Opcodes.DUP);
            Emit.storeArgument(mv, firstSlot(), types, index);
        }
        mv.visitInsn(Opcodes.POP);
    }

    private void handler() {
        List<Label> covered = new ArrayList<>();
        for (int i = 0; i < stretches.size(); i += 2) {
            Label start = stretches.get(i);
            Label end = stretches.get(i + 1);
            // An empty stretch (a body that only returns) would be a ClassFormatError.
            if (start.getOffset() < end.getOffset()) {
                covered.add(start);
                covered.add(end);
            }
        }
        if (covered.isEmpty()) {
            return;
        }
        Label handler = new Label();
        mv.visitLabel(handler);
        if (frames) {
            mv.visitFrame(Opcodes.F_FULL, 0, null, 1, new Object[] {"java/lang/Throwable"});
        }
        Emit.siteBelow(mv, hook.failed);
        call("failed", FAILED);
        Emit.returnObject(mv, result);
        // Here, after all of the body's own: the first entry that fits an exception wins.
        for (int i = 0; i < covered.size(); i += 2) {
            mv.visitTryCatchBlock(covered.get(i), covered.get(i + 1), handler, null);
        }
    }

    private void mark() {
        Label label = new Label();
        mv.visitLabel(label);
        stretches.add(label);
    }

    private void call(String method, String desc) {
        mv.visitMethodInsn(Opcodes.INVOKESTATIC, hooks, method, desc, false);
    }

    private int firstSlot() {
        return isStatic ? 0 : 1;
    }
}
