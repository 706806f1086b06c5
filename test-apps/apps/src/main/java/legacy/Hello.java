package legacy;

/** The smallest program: what its start costs more under an agent is the agent's. */
public final class Hello {

    private Hello() {}

    public static void main(String[] args) {
        System.out.println("hello, world");
    }
}
