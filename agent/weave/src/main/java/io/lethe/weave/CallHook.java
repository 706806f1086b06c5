package io.lethe.weave;

import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * A hook on calls inside a class: which ones, in which methods, and what becomes of them.
 *
 * <p>Agent loader. Declared by one thread, then only read. javac names the receiver's static type as a call's owner, so
 * {@code getProperty} of a {@code Properties} field and of a subclass are different owners: list them all.
 *
 * <p>A call that fits and cannot be rewritten makes the class {@link Outcome#PARTIAL}, wanted or not.
 */
public final class CallHook {

    enum Kind {
        INSTANCE,
        STATIC,
        CONSTRUCTOR
    }

    final Kind kind;
    final String name;
    final String descriptor;
    private final String[] owners;
    private @Nullable String in;
    private @Nullable String inLambdas;
    int atLeast = 1;
    /** 0 for a replacement. */
    long site;
    /** Null for a filter. */
    @Nullable
    String toOwner;

    String toName = "";
    String toDescriptor = "";

    private CallHook(Kind kind, String name, String descriptor, String[] owners) {
        if (owners.length == 0) {
            throw new IllegalArgumentException("No owner: " + name + descriptor);
        }
        this.kind = kind;
        this.name = name;
        this.descriptor = descriptor;
        this.owners = owners.clone();
    }

    /** Virtual and interface calls; owners as in class files, {@code java/lang/String} or {@code [C}. */
    public static CallHook instance(String name, String descriptor, String... owners) {
        return new CallHook(Kind.INSTANCE, name, descriptor, owners);
    }

    /** Static calls. */
    public static CallHook statics(String name, String descriptor, String... owners) {
        return new CallHook(Kind.STATIC, name, descriptor, owners);
    }

    /** {@code new owner(...)}. */
    public static CallHook constructor(String descriptor, String owner) {
        return new CallHook(Kind.CONSTRUCTOR, "<init>", descriptor, new String[] {owner});
    }

    /** Only inside methods of this name and the lambdas that javac cut out of them; else inside all methods. */
    public CallHook in(String method) {
        this.in = method;
        // javac's names for what it cuts out of constructors and static initializers.
        String lambdas = method.equals("<init>") ? "new" : method.equals("<clinit>") ? "static" : method;
        this.inLambdas = "lambda$" + lambdas + "$";
        return this;
    }

    /** The call's last argument, a reference, goes through the filter just before the call. */
    public CallHook filtered(Sites sites, Filter filter) {
        if (lastParameter() == null) {
            throw new IllegalArgumentException("The last argument is no reference: " + this);
        }
        this.site = sites.filter(filter);
        return this;
    }

    /**
     * The call becomes a call of this static method, which takes the receiver first and returns the same type; for a
     * constructor it takes the same arguments and returns the new object. The receiver's parameter must be the owner
     * itself, {@code Object}, or a type that all owners extend: the verifier, not we, will look.
     */
    public CallHook replacedBy(String owner, String method, String staticDescriptor) {
        String arguments = descriptor.substring(1);
        boolean same;
        if (kind == Kind.INSTANCE) {
            Type[] types = Type.getArgumentTypes(staticDescriptor);
            same = types.length > 0
                    && types[0].getSort() >= Type.ARRAY
                    && staticDescriptor.equals("(" + types[0].getDescriptor() + arguments);
        } else if (kind == Kind.STATIC) {
            same = staticDescriptor.equals(descriptor);
        } else {
            String parameters = descriptor.substring(0, descriptor.length() - 1);
            same = staticDescriptor.equals(parameters + "L" + owners[0] + ";");
        }
        if (!same) {
            throw new IllegalArgumentException(owner + "." + method + staticDescriptor + " cannot stand for " + this);
        }
        this.toOwner = owner;
        this.toName = method;
        this.toDescriptor = staticDescriptor;
        return this;
    }

    /** How many such calls the class must have. */
    public CallHook atLeast(int count) {
        this.atLeast = count;
        return this;
    }

    /** The class need not have such a call. */
    public CallHook optional() {
        return atLeast(0);
    }

    void checkComplete() {
        if ((site == 0) == (toOwner == null)) {
            throw new IllegalStateException("Either filtered or replaced: " + this);
        }
    }

    boolean fitsIn(String method) {
        return in == null || in.equals(method) || (inLambdas != null && method.startsWith(inLambdas));
    }

    boolean fits(String owner, String calledName, String calledDescriptor) {
        if (!name.equals(calledName) || !descriptor.equals(calledDescriptor)) {
            return false;
        }
        for (String o : owners) {
            if (o.equals(owner)) {
                return true;
            }
        }
        return false;
    }

    /** Whether the call's opcode is one that we rewrite: {@code super.foo()} can be filtered, but not replaced. */
    boolean takes(int opcode) {
        switch (opcode) {
            case Opcodes.INVOKEVIRTUAL:
            case Opcodes.INVOKEINTERFACE:
                return kind == Kind.INSTANCE;
            case Opcodes.INVOKESTATIC:
                return kind == Kind.STATIC;
            default:
                return kind == Kind.CONSTRUCTOR || (kind == Kind.INSTANCE && toOwner == null);
        }
    }

    /** The last parameter where it is a reference, else null. */
    final @Nullable Type lastParameter() {
        Type[] types = Type.getArgumentTypes(descriptor);
        return types.length == 0 || types[types.length - 1].getSort() < Type.ARRAY ? null : types[types.length - 1];
    }

    /** For messages. */
    @Override
    public String toString() {
        return owners[0] + "." + name + descriptor + (in == null ? "" : " in " + in);
    }
}
