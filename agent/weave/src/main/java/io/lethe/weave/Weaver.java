package io.lethe.weave;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Weaves a plan into a class file. Agent loader; stateless, any thread.
 *
 * <p>The constant pool is kept and added to, methods without a hook are copied byte for byte. Whatever goes wrong
 * leaves the class as it is and is told as {@link Outcome#UNKNOWN}.
 */
public final class Weaver {

    private final String hooks;
    private final byte[][] mark;

    /** Weaves calls of {@code java.lang.LetheHooks}. */
    public Weaver() {
        this("java/lang/LetheHooks");
    }

    /** For tests: a class with the same methods that a class path can give. */
    Weaver(String hooks) {
        this.hooks = hooks;
        this.mark = new byte[][] {hooks.getBytes(StandardCharsets.UTF_8)};
    }

    /** Weaves always from the bytes given; those that call the hooks already are left alone. */
    public Woven weave(byte[] classFile, ClassPlan plan) {
        try {
            if (ClassHeader.mentionsAny(classFile, mark)) {
                return Woven.already(hooks);
            }
            Fingerprint fingerprint = Fingerprint.of(classFile, plan);
            byte[] bytes = fingerprint.weavesNothing() ? null : rewrite(classFile, plan, fingerprint);
            return new Woven(bytes, fingerprint.outcome(), fingerprint.why());
        } catch (RuntimeException e) {
            // A method or constant pool that the hooks made too large, or a bug of ours.
            return new Woven(null, Outcome.UNKNOWN, "weaving failed: " + e);
        }
    }

    /** Puts before the rewriter what it needs. */
    static MethodVisitor calls(CallRewrite rewrite, ClassPlan plan) {
        for (int i = 0; i < plan.calls.size(); i++) {
            CallHook hook = plan.calls.get(i);
            if (hook.kind == CallHook.Kind.CONSTRUCTOR && hook.toOwner != null) {
                return new NewTracker(rewrite);
            }
        }
        return rewrite;
    }

    private byte[] rewrite(byte[] classFile, final ClassPlan plan, final Fingerprint fingerprint) {
        ClassReader reader = new ClassReader(classFile);
        ClassWriter writer = new FlatWriter(reader);
        reader.accept(
                new ClassVisitor(Emit.API, writer) {
                    private boolean frames;

                    @Override
                    public void visit(int version, int access, String name, String sig, String parent, String[] itfs) {
                        frames = (version & 0xFFFF) >= Opcodes.V1_6;
                        super.visit(version, access, name, sig, parent, itfs);
                    }

                    @Override
                    public @Nullable MethodVisitor visitMethod(
                            int access, String name, String desc, String sig, String[] exceptions) {
                        MethodVisitor mv = super.visitMethod(access, name, desc, sig, exceptions);
                        Fingerprint.Marks marks = fingerprint.marks(name, desc);
                        if (marks == null) {
                            return mv;
                        }
                        // What is wrapped first is written last: the first hook sees all others as part of the body.
                        for (int i = 0; i < marks.hooks.size(); i++) {
                            mv = new HookRewrite(mv, marks.hooks.get(i), hooks, frames, access, name, desc);
                        }
                        return marks.calls ? calls(new CallRewrite(mv, name, hooks, new Tally(plan.calls)), plan) : mv;
                    }
                },
                0);
        return writer.toByteArray();
    }

    /** Never asks for the hierarchy of classes, which would load classes of the application. */
    private static final class FlatWriter extends ClassWriter {

        FlatWriter(ClassReader reader) {
            super(reader, COMPUTE_MAXS);
        }

        @Override
        protected String getCommonSuperClass(String a, String b) {
            throw new IllegalStateException("Frames are not computed");
        }
    }
}
