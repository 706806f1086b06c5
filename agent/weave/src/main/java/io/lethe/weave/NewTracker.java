package io.lethe.weave;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * Tells the {@link CallRewrite} behind it which constructor calls are a plain {@code new}: NEW, DUP at once, and then a
 * straight line of instructions that never reach below the two references, up to the call. Not so are {@code
 * super(...)}, {@code this(...)}, a NEW without DUP and arguments with branches. Agent loader; one thread.
 *
 * <p>An instruction that is not known here ends all lines: the calls are then left alone, never broken.
 */
final class NewTracker extends MethodVisitor {

    private final CallRewrite next;
    private @Nullable String justNew;
    private int depth;
    private String[] owners = new String[4];
    private int[] bases = new int[4];
    private int open;

    NewTracker(CallRewrite next) {
        super(Emit.API, next);
        this.next = next;
    }

    @Override
    public void visitInsn(int opcode) {
        if (opcode == Opcodes.DUP && justNew != null) {
            String owner = justNew;
            move(1);
            open(owner);
        } else {
            int effect = StackEffect.of(opcode);
            if (effect == StackEffect.UNTRACKED) {
                end();
            } else {
                move(effect);
            }
        }
        super.visitInsn(opcode);
    }

    @Override
    public void visitIntInsn(int opcode, int operand) {
        move(opcode == Opcodes.NEWARRAY ? 0 : 1);
        super.visitIntInsn(opcode, operand);
    }

    @Override
    public void visitVarInsn(int opcode, int index) {
        if (opcode > Opcodes.ALOAD) {
            end();
        } else {
            move(opcode == Opcodes.LLOAD || opcode == Opcodes.DLOAD ? 2 : 1);
        }
        super.visitVarInsn(opcode, index);
    }

    @Override
    public void visitTypeInsn(int opcode, String type) {
        move(opcode == Opcodes.NEW ? 1 : 0);
        if (opcode == Opcodes.NEW) {
            justNew = type;
        }
        super.visitTypeInsn(opcode, type);
    }

    @Override
    public void visitFieldInsn(int opcode, String owner, String name, String desc) {
        if (opcode == Opcodes.GETSTATIC) {
            move(Type.getType(desc).getSize());
        } else if (opcode == Opcodes.GETFIELD) {
            move(Type.getType(desc).getSize() - 1);
        } else {
            end();
        }
        super.visitFieldInsn(opcode, owner, name, desc);
    }

    @Override
    public void visitMethodInsn(int opcode, String owner, String name, String desc, boolean itf) {
        int sizes = Type.getArgumentsAndReturnSizes(desc);
        int arguments = (sizes >> 2) - 1;
        boolean constructs = opcode == Opcodes.INVOKESPECIAL && name.equals("<init>");
        next.plainNew = constructs && close(owner, depth - arguments);
        move((sizes & 3) - arguments - (opcode == Opcodes.INVOKESTATIC ? 0 : 1));
        super.visitMethodInsn(opcode, owner, name, desc, itf);
    }

    @Override
    public void visitInvokeDynamicInsn(String name, String desc, Handle bootstrap, Object... arguments) {
        int sizes = Type.getArgumentsAndReturnSizes(desc);
        move((sizes & 3) - (sizes >> 2) + 1);
        super.visitInvokeDynamicInsn(name, desc, bootstrap, arguments);
    }

    @Override
    public void visitLdcInsn(Object value) {
        if (value instanceof Long || value instanceof Double) {
            move(2);
        } else if (value instanceof String || value instanceof Number || value instanceof Type) {
            move(1);
        } else {
            end();
        }
        super.visitLdcInsn(value);
    }

    @Override
    public void visitIincInsn(int index, int increment) {
        move(0);
        super.visitIincInsn(index, increment);
    }

    @Override
    public void visitJumpInsn(int opcode, Label label) {
        end();
        super.visitJumpInsn(opcode, label);
    }

    @Override
    public void visitTableSwitchInsn(int min, int max, Label dflt, Label... labels) {
        end();
        super.visitTableSwitchInsn(min, max, dflt, labels);
    }

    @Override
    public void visitLookupSwitchInsn(Label dflt, int[] keys, Label[] labels) {
        end();
        super.visitLookupSwitchInsn(dflt, keys, labels);
    }

    @Override
    public void visitMultiANewArrayInsn(String desc, int dimensions) {
        move(1 - dimensions);
        super.visitMultiANewArrayInsn(desc, dimensions);
    }

    private void open(String owner) {
        if (open == owners.length) {
            owners = Arrays.copyOf(owners, open * 2);
            bases = Arrays.copyOf(bases, open * 2);
        }
        owners[open] = owner;
        bases[open++] = depth;
    }

    private boolean close(String owner, int base) {
        if (open == 0 || bases[open - 1] != base || !owners[open - 1].equals(owner)) {
            return false;
        }
        open--;
        return true;
    }

    /** The net effect is enough: of what is tracked, only DUP may touch an uninitialized reference (JVMS 4.10.1). */
    private void move(int effect) {
        justNew = null;
        depth += effect;
        if (open > 0 && depth < bases[open - 1]) {
            end();
        }
    }

    private void end() {
        justNew = null;
        open = 0;
        depth = 0;
    }
}
