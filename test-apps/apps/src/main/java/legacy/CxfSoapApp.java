package legacy;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.xml.namespace.QName;
import javax.xml.soap.MessageFactory;
import javax.xml.soap.SOAPMessage;
import javax.xml.transform.stream.StreamSource;
import javax.xml.ws.BindingProvider;
import javax.xml.ws.Dispatch;
import javax.xml.ws.Service;
import javax.xml.ws.handler.MessageContext;
import javax.xml.ws.soap.SOAPBinding;

/** JAX-WS, CXF 3 where that is on the class path: user and password of the binding make the conduit's Basic. */
public final class CxfSoapApp implements Requests.Sender {

    private HttpSettings settings;

    public static void main(String[] args) throws Exception {
        Requests.serve(args, new CxfSoapApp());
    }

    @Override
    public void open(HttpSettings read) {
        settings = read;
    }

    @Override
    public String send(HttpCall call) throws Exception {
        QName port = new QName(Soap.NAMESPACE, "Port");
        Service service = Service.create(new QName(Soap.NAMESPACE, "Service"));
        service.addPort(port, SOAPBinding.SOAP11HTTP_BINDING, call.url);
        Dispatch<SOAPMessage> dispatch = service.createDispatch(port, SOAPMessage.class, Service.Mode.MESSAGE);
        Map<String, Object> context = dispatch.getRequestContext();
        Map<String, List<String>> headers = new HashMap<>();
        call.headers.forEach((name, value) -> headers.put(name, new ArrayList<>(Collections.singletonList(value))));
        context.put(MessageContext.HTTP_REQUEST_HEADERS, headers);
        if (settings.user != null) {
            context.put(BindingProvider.USERNAME_PROPERTY, settings.user);
            context.put(BindingProvider.PASSWORD_PROPERTY, settings.password);
        }
        SOAPMessage message = MessageFactory.newInstance().createMessage();
        message.getSOAPPart().setContent(new StreamSource(new StringReader(Soap.ENVELOPE)));
        return Soap.answer(dispatch.invoke(message).getSOAPBody().getTextContent());
    }
}
