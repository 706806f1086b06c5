package io.lethe.weave;

import org.objectweb.asm.Opcodes;

/** How many slots an instruction without operands adds to the stack: those that stand in arguments. Stateless. */
final class StackEffect {

    static final int UNTRACKED = Integer.MIN_VALUE;

    private StackEffect() {}

    static int of(int opcode) {
        if (opcode <= Opcodes.DCONST_1) {
            boolean wide = opcode == Opcodes.LCONST_0 || opcode == Opcodes.LCONST_1 || opcode >= Opcodes.DCONST_0;
            return opcode == Opcodes.NOP ? 0 : wide ? 2 : 1;
        }
        switch (opcode) {
            case Opcodes.DUP:
                return 1;
            case Opcodes.LALOAD:
            case Opcodes.DALOAD:
            case Opcodes.ARRAYLENGTH:
            case Opcodes.I2B:
            case Opcodes.I2C:
            case Opcodes.I2S:
                return 0;
            case Opcodes.IALOAD:
            case Opcodes.FALOAD:
            case Opcodes.AALOAD:
            case Opcodes.BALOAD:
            case Opcodes.CALOAD:
            case Opcodes.SALOAD:
            case Opcodes.IADD:
            case Opcodes.ISUB:
            case Opcodes.IMUL:
            case Opcodes.IDIV:
            case Opcodes.IREM:
            case Opcodes.IAND:
            case Opcodes.IOR:
            case Opcodes.IXOR:
            case Opcodes.ISHL:
            case Opcodes.ISHR:
            case Opcodes.IUSHR:
                return -1;
            case Opcodes.IASTORE:
            case Opcodes.FASTORE:
            case Opcodes.AASTORE:
            case Opcodes.BASTORE:
            case Opcodes.CASTORE:
            case Opcodes.SASTORE:
                return -3;
            case Opcodes.LASTORE:
            case Opcodes.DASTORE:
                return -4;
            default:
                return UNTRACKED;
        }
    }
}
