package legacy;

import feign.hc5.ApacheHttp5Client;

/** Feign on Apache HttpClient 5. */
public final class FeignApache5App {

    private FeignApache5App() {}

    public static void main(String[] args) throws Exception {
        Requests.serve(args, new FeignApp(new ApacheHttp5Client()));
    }
}
