package legacy;

import java.util.Map;
import okhttp3.Credentials;
import okhttp3.OkHttpClient;
import okhttp3.ResponseBody;
import retrofit2.Call;
import retrofit2.Response;
import retrofit2.Retrofit;
import retrofit2.http.GET;
import retrofit2.http.HeaderMap;
import retrofit2.http.Url;

/** Retrofit on OkHttp; Basic by an interceptor, as its users do it. */
public final class RetrofitApp implements Requests.Sender {

    /** What is asked of the server. */
    interface Api {
        @GET
        Call<ResponseBody> get(@Url String url, @HeaderMap Map<String, String> headers);
    }

    private OkHttpClient client;
    private Api api;

    public static void main(String[] args) throws Exception {
        Requests.serve(args, new RetrofitApp());
    }

    @Override
    public void open(HttpSettings settings) {
        OkHttpClient.Builder builder = new OkHttpClient.Builder();
        if (settings.user != null) {
            String basic = Credentials.basic(settings.user, settings.password);
            builder.addInterceptor(chain -> chain.proceed(
                    chain.request().newBuilder().header("Authorization", basic).build()));
        }
        client = builder.build();
        api = new Retrofit.Builder()
                .baseUrl("https://localhost/")
                .client(client)
                .build()
                .create(Api.class);
    }

    @Override
    public String send(HttpCall call) throws Exception {
        Response<ResponseBody> response = api.get(call.url, call.headers).execute();
        try (ResponseBody body = response.isSuccessful() ? response.body() : response.errorBody()) {
            return HttpCall.answer(response.code(), body.string());
        }
    }

    @Override
    public void close() {
        client.dispatcher().executorService().shutdown();
        client.connectionPool().evictAll();
    }
}
