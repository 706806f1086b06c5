package io.lethe.weave;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * What of a plan is found in a class file: the same whether it is about to be woven or lies in a jar. A value, once
 * made.
 *
 * <p>Agent loader, or the command line's own. Reads nothing but the bytes; what it cannot read is {@link
 * Outcome#UNKNOWN}.
 */
public final class Fingerprint {

    /** Which hooks go into one method. */
    static final class Marks {
        final List<MethodHook> hooks = new ArrayList<>();
        boolean calls;
    }

    private final Map<String, Marks> methods = new HashMap<>();
    private final StringBuilder why = new StringBuilder();
    private Outcome outcome = Outcome.UNKNOWN;

    private Fingerprint() {}

    /** Looks for what the plan names. */
    public static Fingerprint of(byte[] classFile, ClassPlan plan) {
        Fingerprint fingerprint = new Fingerprint();
        try {
            fingerprint.read(new ClassReader(classFile), plan);
        } catch (RuntimeException e) {
            // ASM's own: a version that it does not know, or not a class file at all.
            fingerprint.methods.clear();
            fingerprint.outcome = Outcome.UNKNOWN;
            fingerprint.why.setLength(0);
            fingerprint.missing("unreadable class file: " + e);
        }
        return fingerprint;
    }

    public Outcome outcome() {
        return outcome;
    }

    /** What is missing, in one line; empty for {@link Outcome#HOOKED}. */
    public String why() {
        return why.toString();
    }

    boolean weavesNothing() {
        return methods.isEmpty();
    }

    @Nullable
    Marks marks(String name, String desc) {
        return methods.get(name + desc);
    }

    private void read(ClassReader reader, ClassPlan plan) {
        if (!reader.getClassName().equals(plan.name)) {
            missing("it is " + reader.getClassName());
            return;
        }
        Search search = new Search(plan);
        reader.accept(search, ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
        // Methods that nothing goes into are copied as they are.
        for (String method : methods.keySet()) {
            if (search.subroutines.contains(method)) {
                methods.clear();
                missing(method + " has subroutines (jsr, ret)");
                return;
            }
        }
        judge(plan, search);
    }

    private void judge(ClassPlan plan, Search search) {
        boolean any = false;
        for (int i = 0; i < plan.methods.size(); i++) {
            any |= search.woven[i] > 0;
            count(plan.methods.get(i), search.woven[i], plan.methods.get(i).atLeast);
        }
        if (search.obstacles.length() > 0) {
            missing(search.obstacles.toString());
        }
        for (int i = 0; i < plan.calls.size(); i++) {
            CallHook hook = plan.calls.get(i);
            int left = search.tally.left(i);
            any |= search.tally.done(i) > 0 || left > 0;
            count(hook, search.tally.done(i), hook.atLeast);
            if (left > 0) {
                missing(hook + ": " + left + " left alone");
            }
        }
        outcome = !any && !plan.orNothing ? Outcome.UNKNOWN : why.length() > 0 ? Outcome.PARTIAL : Outcome.HOOKED;
        if (!any && !plan.orNothing && why.length() == 0) {
            missing("none of what the plan allows is there");
        }
    }

    private void count(Object hook, int found, int atLeast) {
        if (found < atLeast) {
            missing(hook + ": " + found + " of " + atLeast);
        }
    }

    private void missing(String what) {
        append(why, what);
    }

    private static void append(StringBuilder to, String what) {
        to.append(to.length() == 0 ? "" : "; ").append(what);
    }

    /** One walk over the class, without changing it. */
    private final class Search extends ClassVisitor {

        private final ClassPlan plan;
        private final Tally tally;
        private final int[] woven;
        private final StringBuilder obstacles = new StringBuilder();
        private boolean mayHaveSubroutines;
        private final Set<String> subroutines = new HashSet<>();

        Search(ClassPlan plan) {
            super(Emit.API);
            this.plan = plan;
            this.tally = new Tally(plan.calls);
            this.woven = new int[plan.methods.size()];
        }

        @Override
        public void visit(
                int version, int access, String name, String signature, String superName, String[] interfaces) {
            // Forbidden from v51 on (JVMS 4.9.1).
            mayHaveSubroutines = (version & 0xFFFF) < Opcodes.V1_7;
        }

        @Override
        public @Nullable MethodVisitor visitMethod(
                int access, final String name, final String desc, String signature, String[] exceptions) {
            for (int i = 0; i < plan.methods.size(); i++) {
                find(i, access, name, desc);
            }
            boolean wanted = false;
            for (int i = 0; i < plan.calls.size(); i++) {
                wanted |= plan.calls.get(i).fitsIn(name);
            }
            if (!wanted && !mayHaveSubroutines) {
                return null;
            }
            final int before = tally.done();
            MethodVisitor calls = Weaver.calls(new CallRewrite(null, name, "", tally), plan);
            return new MethodVisitor(Emit.API, calls) {
                @Override
                public void visitJumpInsn(int opcode, Label label) {
                    if (opcode == Opcodes.JSR) {
                        subroutines.add(name + desc);
                    }
                    super.visitJumpInsn(opcode, label);
                }

                @Override
                public void visitEnd() {
                    if (tally.done() > before) {
                        marked(name, desc).calls = true;
                    }
                }
            };
        }

        private void find(int index, int access, String name, String desc) {
            MethodHook hook = plan.methods.get(index);
            if (!hook.fits(access, name, desc)) {
                return;
            }
            String obstacle = hook.obstacle(access, desc);
            if (obstacle != null) {
                append(obstacles, name + desc + ": " + obstacle);
                return;
            }
            woven[index]++;
            marked(name, desc).hooks.add(hook);
        }

        private Marks marked(String name, String desc) {
            Marks marks = methods.get(name + desc);
            if (marks == null) {
                marks = new Marks();
                methods.put(name + desc, marks);
            }
            return marks;
        }
    }
}
