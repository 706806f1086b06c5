package io.lethe.weave;

import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * The instructions that hooks insert. Legal in class files of any version: no constants but numbers, no branches, no
 * locals of their own. Agent loader; stateless.
 */
final class Emit {

    static final int API = Opcodes.ASM9;

    private Emit() {}

    /** Stack: ... to ..., site. */
    static void site(MethodVisitor mv, long site) {
        mv.visitLdcInsn(site);
    }

    /** Stack: ..., reference to ..., site, reference. */
    static void siteBelow(MethodVisitor mv, long site) {
        site(mv, site);
        mv.visitInsn(Opcodes.DUP2_X1);
        mv.visitInsn(Opcodes.POP2);
    }

    /** Stack: ... to ..., Object[] of {@code this} or null and the arguments. */
    static void arguments(MethodVisitor mv, boolean withThis, int firstSlot, Type[] types) {
        number(mv, types.length + 1);
        mv.visitTypeInsn(Opcodes.ANEWARRAY, "java/lang/Object");
        if (withThis) {
            mv.visitInsn(Opcodes.DUP);
            number(mv, 0);
            mv.visitVarInsn(Opcodes.ALOAD, 0);
            mv.visitInsn(Opcodes.AASTORE);
        }
        int slot = firstSlot;
        for (int i = 0; i < types.length; i++) {
            mv.visitInsn(Opcodes.DUP);
            number(mv, i + 1);
            mv.visitVarInsn(types[i].getOpcode(Opcodes.ILOAD), slot);
            box(mv, types[i]);
            mv.visitInsn(Opcodes.AASTORE);
            slot += types[i].getSize();
        }
    }

    /** Stack: ..., Object[] to ...; the array's element for that parameter is stored as the argument. */
    static void storeArgument(MethodVisitor mv, int firstSlot, Type[] types, int index) {
        int slot = firstSlot;
        for (int i = 0; i < index; i++) {
            slot += types[i].getSize();
        }
        number(mv, index + 1);
        mv.visitInsn(Opcodes.AALOAD);
        cast(mv, types[index]);
        mv.visitVarInsn(Opcodes.ASTORE, slot);
    }

    /** Stack: ..., Object to nothing: returns it as what the method returns. */
    static void returnObject(MethodVisitor mv, Type type) {
        if (type.getSort() == Type.VOID) {
            mv.visitInsn(Opcodes.POP);
        } else if (type.getSort() >= Type.ARRAY) {
            cast(mv, type);
        } else {
            String box = boxOf(type);
            mv.visitTypeInsn(Opcodes.CHECKCAST, box);
            mv.visitMethodInsn(
                    Opcodes.INVOKEVIRTUAL, box, type.getClassName() + "Value", "()" + type.getDescriptor(), false);
        }
        mv.visitInsn(type.getOpcode(Opcodes.IRETURN));
    }

    /** Stack: ..., Object to ..., reference of the type. */
    static void cast(MethodVisitor mv, Type type) {
        if (!type.getInternalName().equals("java/lang/Object")) {
            mv.visitTypeInsn(Opcodes.CHECKCAST, type.getInternalName());
        }
    }

    private static void box(MethodVisitor mv, Type type) {
        if (type.getSort() < Type.ARRAY) {
            String box = boxOf(type);
            mv.visitMethodInsn(
                    Opcodes.INVOKESTATIC, box, "valueOf", "(" + type.getDescriptor() + ")L" + box + ";", false);
        }
    }

    private static String boxOf(Type type) {
        switch (type.getSort()) {
            case Type.BOOLEAN:
                return "java/lang/Boolean";
            case Type.CHAR:
                return "java/lang/Character";
            case Type.BYTE:
                return "java/lang/Byte";
            case Type.SHORT:
                return "java/lang/Short";
            case Type.INT:
                return "java/lang/Integer";
            case Type.FLOAT:
                return "java/lang/Float";
            case Type.LONG:
                return "java/lang/Long";
            default:
                return "java/lang/Double";
        }
    }

    private static void number(MethodVisitor mv, int n) {
        if (n <= 5) {
            mv.visitInsn(Opcodes.ICONST_0 + n);
        } else if (n <= Byte.MAX_VALUE) {
            mv.visitIntInsn(Opcodes.BIPUSH, n);
        } else {
            mv.visitIntInsn(Opcodes.SIPUSH, n);
        }
    }
}
