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
