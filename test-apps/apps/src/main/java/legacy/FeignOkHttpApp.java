package legacy;

import feign.okhttp.OkHttpClient;

/** Feign on OkHttp. */
public final class FeignOkHttpApp {

    private FeignOkHttpApp() {}

    public static void main(String[] args) throws Exception {
        Requests.serve(args, new FeignApp(new OkHttpClient()));
    }
}
