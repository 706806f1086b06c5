package io.lethe.runtime;

/** Why a config cannot be used: one line, which file, what, what to do. */
public final class ConfigException extends Exception {

    private static final long serialVersionUID = 1L;

    ConfigException(String message) {
        super(message);
    }
}
