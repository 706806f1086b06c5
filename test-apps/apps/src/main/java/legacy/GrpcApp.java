package legacy;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.URI;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * gRPC over whichever transport is on the class path, with the headers as metadata. The server speaks no gRPC: its HTTP
 * answer comes back inside the status that gRPC makes of it.
 */
public final class GrpcApp implements Requests.Sender {

    private static final Pattern STATUS = Pattern.compile("HTTP status code (\\d+)");
    private static final String DATA = "DATA-----------------------------\n";

    private HttpSettings settings;
    private ManagedChannel channel;

    public static void main(String[] args) throws Exception {
        Requests.serve(args, new GrpcApp());
    }

    @Override
    public void open(HttpSettings read) {
        settings = read;
        URI uri = URI.create(settings.url("url"));
        channel = ManagedChannelBuilder.forAddress(uri.getHost(), uri.getPort())
                .useTransportSecurity()
                .build();
    }

    @Override
    public String send(HttpCall call) throws Exception {
        Metadata metadata = new Metadata();
        call.headers.forEach(
                (name, value) -> metadata.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value));
        Channel intercepted =
                ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(metadata));
        URI uri = URI.create(call.url);
        MethodDescriptor<byte[], byte[]> method = MethodDescriptor.<byte[], byte[]>newBuilder()
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(call.url.substring(call.url.indexOf(uri.getRawPath(), 8) + 1))
                .setRequestMarshaller(new Bytes())
                .setResponseMarshaller(new Bytes())
                .build();
        CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(settings.timeout, TimeUnit.MILLISECONDS);
        Future<byte[]> sending = ClientCalls.futureUnaryCall(intercepted.newCall(method, options), new byte[0]);
        call.abortedBy(() -> sending.cancel(true));
        try {
            sending.get();
            throw new IllegalStateException("the server is not expected to speak gRPC");
        } catch (ExecutionException e) {
            String said = e.getCause() instanceof StatusRuntimeException
                    ? String.valueOf(
                            ((StatusRuntimeException) e.getCause()).getStatus().getDescription())
                    : "";
            Matcher status = STATUS.matcher(said);
            if (!status.find()) {
                throw e.getCause() instanceof Exception ? (Exception) e.getCause() : e;
            }
            int data = said.indexOf(DATA);
            return HttpCall.answer(
                    Integer.parseInt(status.group(1)), data < 0 ? "" : said.substring(data + DATA.length()));
        }
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }

    /** Messages as they are. */
    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {

        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            return new byte[0];
        }
    }
}
