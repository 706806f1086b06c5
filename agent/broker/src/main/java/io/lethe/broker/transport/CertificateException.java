package io.lethe.broker.transport;

import java.io.IOException;

/** The server is not the one that it should be; the message says why, in words that follow the server's name. Not worth a retry. */
public final class CertificateException extends IOException {

    private static final long serialVersionUID = 1L;

    CertificateException(String message) {
        super(message);
    }
}
