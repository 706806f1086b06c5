package io.lethe.cli.scan;

/** A place where a form, or a part of one, was found. Immutable. */
final class Hit {

    final Form form;
    final long address;
    final int length;
    final boolean part;
    final Region region;

    Hit(Form form, long address, int length, boolean part, Region region) {
        this.form = form;
        this.address = address;
        this.length = length;
        this.part = part;
        this.region = region;
    }

    long end() {
        return address + length;
    }
}
