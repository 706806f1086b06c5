package io.lethe.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SealedTest {

    @Test
    void taking_overwritesTheSource_andOnlyThatPart() {
        byte[] source = {9, 1, 2, 3, 9};
        try (Sealed sealed = Sealed.of(source, 1, 3)) {
            assertThat(source).containsExactly(9, 0, 0, 0, 9);
            assertThat(sealed.length()).isEqualTo(3);
            try (Window window = sealed.open()) {
                assertThat(window.bytes()).containsExactly(1, 2, 3);
            }
        }
    }

    @Test
    void closingTheWindow_overwritesItsArray_andTheSealedStays() {
        try (Sealed sealed = Sealed.of(new byte[] {1, 2, 3}, 0, 3)) {
            Window window = sealed.open();
            byte[] bytes = window.bytes();
            assertThat(window.nanos()).isEqualTo(-1);
            window.close();
            assertThat(bytes).containsOnly(0);
            assertThat(window.nanos()).isPositive();
            try (Window again = sealed.open()) {
                assertThat(again.bytes()).containsExactly(1, 2, 3);
            }
        }
    }

    @Test
    void copy_outlivesTheOriginal_whichThenRefuses() {
        Sealed original = Sealed.of(new byte[] {1, 2, 3}, 0, 3);
        Sealed copy = original.copy();
        original.close();
        assertThatThrownBy(original::open).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(original::copy).isInstanceOf(IllegalStateException.class);
        try (Window window = copy.open()) {
            assertThat(window.bytes()).containsExactly(1, 2, 3);
        }
        copy.close();
        assertThatThrownBy(copy::open).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void writing_putsAPartWhereItShallStand_andNothingElse() {
        try (Sealed sealed = Sealed.of(new byte[] {1, 2, 3, 4}, 0, 4)) {
            byte[] record = {9, 9, 9, 9, 9};
            sealed.writeTo(record, 1, 2, 2);
            assertThat(record).containsExactly(9, 3, 4, 9, 9);
            sealed.writeTo(record, 5, 4, 0);
            assertThat(record).containsExactly(9, 3, 4, 9, 9);
        }
    }

    @Test
    void writingOutsideOfSecretOrTarget_writesNothing() {
        try (Sealed sealed = Sealed.of(new byte[] {1, 2, 3}, 0, 3)) {
            byte[] record = new byte[3];
            int[][] wrong = {{0, 0, 4}, {1, 0, 3}, {0, 1, 3}, {-1, 0, 1}, {0, -1, 1}, {0, 0, -1}, {0, 4, 0}, {4, 0, 0}};
            for (int[] w : wrong) {
                assertThatThrownBy(() -> sealed.writeTo(record, w[0], w[1], w[2]))
                        .isInstanceOf(IndexOutOfBoundsException.class);
            }
            int most = Integer.MAX_VALUE;
            assertThatThrownBy(() -> sealed.writeTo(record, most, 1, 1)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> sealed.writeTo(record, 1, most, most))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThat(record).containsOnly(0);
            assertThatThrownBy(() -> sealed.byteAt(3)).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void bytes_areCountedAndFoundWithoutOpening() {
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        try (Sealed sealed = Sealed.of(all.clone(), 0, 256);
                Sealed plain = Sealed.of(new byte[] {'a', ' ', '~', (byte) 0x80, (byte) 0xff}, 0, 5)) {
            assertThat(sealed.count(ByteSet.CONTROLS)).isEqualTo(33);
            assertThat(sealed.count(ByteSet.CONTROLS.complement())).isEqualTo(223);
            assertThat(sealed.count(ByteSet.of())).isZero();
            assertThat(plain.contains(ByteSet.CONTROLS)).isFalse();
            assertThat(plain.count(ByteSet.range(128, 255))).isEqualTo(2);
            assertThat(plain.contains(ByteSet.of('~'))).isTrue();
            for (int i = 0; i < 256; i++) {
                assertThat(sealed.byteAt(i)).isEqualTo(all[i]);
                assertThat(sealed.count(ByteSet.of(i))).isEqualTo(1);
                assertThat(ByteSet.CONTROLS.contains((byte) i)).isEqualTo(i < 32 || i == 127);
            }
        }
        assertThatThrownBy(() -> ByteSet.of(256)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ByteSet.of(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void afterClosing_noWayLeadsToTheBytes() {
        Sealed sealed = Sealed.of(new byte[] {1, 2, 3}, 0, 3);
        sealed.close();
        byte[] record = {9, 9, 9};
        assertThatThrownBy(() -> sealed.writeTo(record, 0, 0, 3)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> sealed.byteAt(0)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> sealed.contains(ByteSet.CONTROLS)).isInstanceOf(IllegalStateException.class);
        assertThat(record).containsOnly(9);
    }

    @Test
    void aCollectionWhileTheWindowIsOpen_isCounted_andOneAfterItIsNot() {
        try (Sealed sealed = Sealed.of(new byte[] {1, 2, 3}, 0, 3)) {
            Window window = sealed.open();
            System.gc();
            assertThat(window.collections()).isPositive();
            window.close();
            int seen = window.collections();
            assertThat(seen).isPositive();
            System.gc();
            assertThat(window.collections()).isEqualTo(seen);
        }
    }
}
