package io.lethe.weave;

import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * A hook on methods of a class: which ones, and what to call.
 *
 * <p>Agent loader. Declared by one thread, then only read. By default any method of the name fits, whatever its
 * parameters, except compiler-made bridges, which only call the real one; and at least one has to be there.
 */
public final class MethodHook {

    enum Kind {
        /** Enter, and one of returned and failed. */
        SCOPE,
        /** A result in place of the body. */
        ANSWER,
        /** Enter only: all that a constructor can have, before its {@code super(...)}. */
        ENTER,
        /** A look at the result. */
        RESULT
    }

    private static final int[] NONE = {};

    final Kind kind;
    final String method;
    final long site;
    final long returned;
    final long failed;

    @Nullable
    String descriptor;

    @Nullable
    String start;

    int[] replaced = NONE;
    int atLeast = 1;

    private MethodHook(Kind kind, String method, long site, long returned, long failed) {
        this.kind = kind;
        this.method = method;
        this.site = site;
        this.returned = returned;
        this.failed = failed;
    }

    /** Around methods of that name. */
    public static MethodHook scope(Sites sites, String method, Scope scope) {
        return new MethodHook(Kind.SCOPE, method, sites.enter(scope), sites.returned(scope), sites.failed(scope));
    }

    /** In place of methods of that name, where the handler has an answer. */
    public static MethodHook answer(Sites sites, String method, Answer answer) {
        return new MethodHook(Kind.ANSWER, method, sites.answer(answer), 0, 0);
    }

    /**
     * At the start of methods of that name; {@code <init>} too, but without {@code this}. Only {@code enter} is called.
     */
    public static MethodHook enter(Sites sites, String method, Scope scope) {
        return new MethodHook(Kind.ENTER, method, sites.enter(scope), 0, 0);
    }

    /**
     * Where methods of that name return an object, which the filter is shown and which stays what it is: its answer is not
     * used. It should throw nothing: the method has done its work.
     */
    public static MethodHook result(Sites sites, String method, Filter filter) {
        return new MethodHook(Kind.RESULT, method, sites.filter(filter), 0, 0);
    }

    /** Only the method of exactly this descriptor, be it a bridge. */
    public MethodHook descriptor(String exact) {
        this.descriptor = exact;
        return this;
    }

    /** Only methods whose parameters start with these, given as descriptors. */
    public MethodHook startingWith(String... parameters) {
        StringBuilder s = new StringBuilder("(");
        for (String parameter : parameters) {
            s.append(parameter);
        }
        this.start = s.toString();
        return this;
    }

    /** The parameters, counted from 0 without {@code this}, that {@code enter} may replace: references only. */
    public MethodHook replacing(int... parameters) {
        if (kind == Kind.ANSWER || kind == Kind.RESULT) {
            throw new IllegalStateException("Only what is entered has parameters replaced: " + method);
        }
        this.replaced = parameters.clone();
        return this;
    }

    /** How many such methods the class must have. */
    public MethodHook atLeast(int count) {
        this.atLeast = count;
        return this;
    }

    /** The class need not have such a method. */
    public MethodHook optional() {
        return atLeast(0);
    }

    boolean fits(int access, String name, String desc) {
        if (!method.equals(name)) {
            return false;
        }
        if (descriptor != null) {
            return descriptor.equals(desc);
        }
        return (access & Opcodes.ACC_BRIDGE) == 0 && (start == null || desc.startsWith(start));
    }

    /** Returns why a method that fits cannot be woven, or null. */
    @Nullable
    String obstacle(int access, String desc) {
        if ((access & Opcodes.ACC_NATIVE) != 0) {
            return "native";
        }
        if ((access & Opcodes.ACC_ABSTRACT) != 0) {
            return "abstract";
        }
        if (kind != Kind.ENTER && method.equals("<init>")) {
            return "a constructor, which can only be entered";
        }
        if (kind == Kind.RESULT && Type.getReturnType(desc).getSort() < Type.ARRAY) {
            return "without an object as its result";
        }
        Type[] types = Type.getArgumentTypes(desc);
        for (int index : replaced) {
            if (index >= types.length || types[index].getSort() < Type.ARRAY) {
                return "without a reference as parameter " + index;
            }
        }
        return null;
    }

    /** For messages. */
    @Override
    public String toString() {
        return method + (descriptor != null ? descriptor : start != null ? start + "..)" : "");
    }
}
