import io.lethe.secret.GcWatch;

/** Counts collections before and after it asks for one. Java 8. */
public final class GcWatchApp {

    public static void main(String[] args) {
        long mark = GcWatch.mark();
        System.out.println("before " + GcWatch.since(mark));
        System.gc();
        System.out.println("after " + (GcWatch.since(mark) > 0));
    }
}
