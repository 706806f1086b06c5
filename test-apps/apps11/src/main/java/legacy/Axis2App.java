package legacy;

import java.util.ArrayList;
import java.util.List;
import org.apache.axiom.om.OMAbstractFactory;
import org.apache.axis2.addressing.EndpointReference;
import org.apache.axis2.client.Options;
import org.apache.axis2.client.ServiceClient;
import org.apache.axis2.context.NamedValue;
import org.apache.axis2.kernel.http.HTTPConstants;
import org.apache.axis2.transport.http.impl.httpclient4.HttpTransportPropertiesImpl;

/** Axis2 1.7 and 1.8, on Apache HttpClient 4, with its authenticator for Basic. */
public final class Axis2App implements Requests.Sender {

    private HttpSettings settings;

    public static void main(String[] args) throws Exception {
        Requests.serve(args, new Axis2App());
    }

    @Override
    public void open(HttpSettings read) {
        settings = read;
    }

    @Override
    public String send(HttpCall call) throws Exception {
        Options options = new Options();
        options.setTo(new EndpointReference(call.url));
        List<NamedValue> headers = new ArrayList<>();
        call.headers.forEach((name, value) -> headers.add(new NamedValue(name, value)));
        options.setProperty(HTTPConstants.HTTP_HEADERS, headers);
        if (settings.user != null) {
            HttpTransportPropertiesImpl.Authenticator login = new HttpTransportPropertiesImpl.Authenticator();
            login.setUsername(settings.user);
            login.setPassword(settings.password);
            login.setPreemptiveAuthentication(true);
            options.setProperty(HTTPConstants.AUTHENTICATE, login);
        }
        ServiceClient client = new ServiceClient();
        try {
            client.setOptions(options);
            return Soap.answer(
                    client.sendReceive(OMAbstractFactory.getOMFactory().createOMElement("ask", Soap.NAMESPACE, ""))
                            .getText());
        } finally {
            client.cleanupTransport();
            client.cleanup();
        }
    }
}
