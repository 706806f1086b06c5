package io.lethe.broker.transport;

import java.io.IOException;
import java.util.Arrays;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.ContentType;
import org.bouncycastle.tls.TlsClientProtocol;
import org.bouncycastle.tls.TlsFatalAlert;

/**
 * TLS without a socket. A record that is offered alone is decrypted inside the caller's array; what it holds is taken off the
 * heap there, where the library would put it into a queue that nobody overwrites.
 *
 * <p>Loaded by the agent loader. One thread.
 */
final class TlsRecords extends TlsClientProtocol {

    private final OffHeap plain;

    /** @param plain where what the server says goes */
    TlsRecords(OffHeap plain) {
        super();
        this.plain = plain;
    }

    @Override
    protected void processRecord(short type, byte[] record, int offset, int length) throws IOException {
        if (type != ContentType.application_data) {
            super.processRecord(type, record, offset, length);
        } else if (!isConnected()) {
            Arrays.fill(record, offset, offset + length, (byte) 0);
            throw new TlsFatalAlert(AlertDescription.unexpected_message);
        } else if (!plain.take(record, offset, length)) {
            throw new TlsFatalAlert(AlertDescription.record_overflow);
        }
    }
}
