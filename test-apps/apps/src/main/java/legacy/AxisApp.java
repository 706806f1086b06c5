package legacy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Hashtable;
import org.apache.axis.AxisFault;
import org.apache.axis.client.Call;
import org.apache.axis.client.Service;
import org.apache.axis.message.SOAPEnvelope;
import org.apache.axis.transport.http.HTTPConstants;

/** Axis 1, which puts its requests onto a socket by itself; Basic from the call's user name and password. */
public final class AxisApp implements Requests.Sender {

    private HttpSettings settings;

    public static void main(String[] args) throws Exception {
        Requests.serve(args, new AxisApp());
    }

    @Override
    public void open(HttpSettings read) {
        settings = read;
    }

    @Override
    public String send(HttpCall call) throws Exception {
        Call axis = (Call) new Service().createCall();
        axis.setTargetEndpointAddress(call.url);
        axis.setProperty(HTTPConstants.REQUEST_HEADERS, new Hashtable<>(call.headers));
        if (settings.user != null) {
            axis.setUsername(settings.user);
            axis.setPassword(settings.password);
        }
        SOAPEnvelope envelope =
                new SOAPEnvelope(new ByteArrayInputStream(Soap.ENVELOPE.getBytes(StandardCharsets.UTF_8)));
        try {
            return Soap.answer(axis.invoke(envelope).getFirstBody().getAsString());
        } catch (AxisFault e) {
            throw e.detail instanceof IOException ? (IOException) e.detail : e;
        }
    }
}
