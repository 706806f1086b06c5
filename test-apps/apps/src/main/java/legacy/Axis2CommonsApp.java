package legacy;

import java.util.ArrayList;
import java.util.List;
import org.apache.axiom.om.OMAbstractFactory;
import org.apache.axis2.addressing.EndpointReference;
import org.apache.axis2.client.Options;
import org.apache.axis2.client.ServiceClient;
import org.apache.axis2.transport.http.HTTPConstants;
import org.apache.axis2.transport.http.HttpTransportProperties;
import org.apache.commons.httpclient.Header;

/** Axis2 up to 1.6, on Commons HttpClient 3.1, with its authenticator for Basic. */
public final class Axis2CommonsApp implements Requests.Sender {

    private HttpSettings settings;

    public static void main(String[] args) throws Exception {
        Requests.serve(args, new Axis2CommonsApp());
    }

    @Override
    public void open(HttpSettings read) {
        settings = read;
    }

    @Override
    public String send(HttpCall call) throws Exception {
        Options options = new Options();
        options.setTo(new EndpointReference(call.url));
        List<Header> headers = new ArrayList<>();
        call.headers.forEach((name, value) -> headers.add(new Header(name, value)));
        options.setProperty(HTTPConstants.HTTP_HEADERS, headers);
        if (settings.user != null) {
            HttpTransportProperties.Authenticator login = new HttpTransportProperties.Authenticator();
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
