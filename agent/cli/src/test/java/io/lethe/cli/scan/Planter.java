package io.lethe.cli.scan;

import java.io.DataInputStream;
import java.io.IOException;
import java.lang.reflect.Field;
import sun.misc.Unsafe;

/**
 * The other process: receives masked bytes and unmasks each at one place of its memory, and nowhere else. The masks travel
 * beside the masked bytes, so that nothing that is read on the way resembles what is planted.
 */
final class Planter {

    static final int ARENA = 8 << 20;

    private Planter() {}

    public static void main(String[] args) throws Exception {
        Field field = Unsafe.class.getDeclaredField("theUnsafe");
        field.setAccessible(true);
        Unsafe unsafe = (Unsafe) field.get(null);
        long raw = unsafe.allocateMemory(ARENA + 4096);
        unsafe.setMemory(raw, ARENA + 4096, (byte) 0);
        long direct = raw + 4095 & -4096L;
        byte[] heap = new byte[ARENA];
        DataInputStream in = new DataInputStream(System.in);
        int count = in.readInt();
        for (int i = 0; i < count; i++) {
            boolean onHeap = in.readBoolean();
            int at = in.readInt();
            byte[] masked = new byte[in.readInt()];
            byte[] mask = new byte[masked.length];
            in.readFully(masked);
            in.readFully(mask);
            for (int k = 0; k < masked.length; k++) {
                byte b = (byte) (masked[k] ^ mask[k]);
                if (onHeap) {
                    heap[at + k] = b;
                } else {
                    unsafe.putByte(direct + at + k, b);
                }
            }
        }
        answerUntilClosed(in);
        if (heap[0] == 1) {
            throw new IllegalStateException("unreachable; keeps the array alive");
        }
    }

    /** One byte for each byte, so that the test sees that we are there and run on. */
    private static void answerUntilClosed(DataInputStream in) throws IOException {
        System.out.write('!');
        System.out.flush();
        while (in.read() >= 0) {
            System.out.write('!');
            System.out.flush();
        }
    }
}
