package legacy;

import com.google.api.client.http.apache.v2.ApacheHttpTransport;

/** Google's HTTP client on Apache HttpClient 4. */
public final class GoogleApacheApp {

    private GoogleApacheApp() {}

    public static void main(String[] args) throws Exception {
        Requests.serve(args, new GoogleApp(new ApacheHttpTransport()));
    }
}
