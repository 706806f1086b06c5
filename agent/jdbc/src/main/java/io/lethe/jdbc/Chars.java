package io.lethe.jdbc;

/** Looks at a driver's array as text without copying it, since it may hold a true password. Has no {@code toString}. */
final class Chars implements CharSequence {

    private final char[] chars;

    Chars(char[] chars) {
        this.chars = chars;
    }

    @Override
    public int length() {
        return chars.length;
    }

    @Override
    public char charAt(int index) {
        return chars[index];
    }

    @Override
    public CharSequence subSequence(int start, int end) {
        throw new IllegalStateException("not to be copied");
    }

    @Override
    public String toString() {
        return "(" + chars.length + " characters)";
    }
}
