package io.lethe.harness;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;

/**
 * Libraries that send by one of {@link HttpClients} and that Lethe knows nothing of: what it does for the client must reach
 * what is built on it. Each name in its versions, the newest last. Their class paths are in {@code class-paths.properties}.
 */
public final class InheritingClients {

    private static final Properties CLASS_PATHS = read();

    private InheritingClients() {}

    /** All of them, those first that most applications use. */
    public static List<HttpClients.Client> all() {
        List<HttpClients.Client> all = new ArrayList<>();
        spring(all);
        all.add(library("Jersey", "2.47", "JerseyApp", "jersey-2"));
        all.add(library("Jersey", "3.1.11", "Jersey3App", "jersey-3").since(11));
        all.add(library("CXF JAX-RS", "3.5.11", "CxfRestApp", "cxf-3"));
        all.add(library("CXF JAX-RS", "4.1.3", "CxfRestApp", "cxf-4").since(17).alsoH2());
        all.add(library("CXF JAX-WS", "3.5.11", "CxfSoapApp", "cxf-3"));
        all.add(library("CXF JAX-WS", "4.1.3", "Cxf4SoapApp", "cxf-4").since(17).alsoH2());
        all.add(library("Feign", "9.7.0", "FeignApp", "feign-9"));
        all.add(library("Feign", "13.6", "FeignApp", "feign-13"));
        all.add(library("Feign on OkHttp", "13.6", "FeignOkHttpApp", "feign-13").alsoH2());
        all.add(library("Feign on Apache", "13.6", "FeignApache5App", "feign-13"));
        all.add(library("Axis2", "1.6.4", "Axis2CommonsApp", "axis2-1.6"));
        all.add(library("Elasticsearch REST client", "6.8.23", "ElasticsearchApp", "elasticsearch-6"));
        all.add(library("Elasticsearch REST client", "7.17.29", "ElasticsearchApp", "elasticsearch-7"));
        all.add(library("Elasticsearch REST client", "8.17.4", "ElasticsearchApp", "elasticsearch-8"));
        all.add(library("Retrofit", "2.12.0", "RetrofitApp", "retrofit-2").alsoH2());
        all.add(library("Retrofit", "3.0.0", "RetrofitApp", "retrofit-3").alsoH2());
        // It puts its requests onto a socket by itself: the only one here that Lethe has to know.
        all.add(library("Axis", "1.4", "AxisApp", "axis-1"));
        all.add(library("RESTEasy", "4.7.9.Final", "ResteasyApp", "resteasy-4"));
        all.add(library("RESTEasy", "6.2.12.Final", "Resteasy6App", "resteasy-6")
                .since(11));
        all.add(library("Google HTTP client", "1.22.0", "GoogleApp", "google-1.22"));
        all.add(library("Google HTTP client", "1.47.1", "GoogleApp", "google-1.47"));
        all.add(library("Google HTTP client on Apache", "1.47.1", "GoogleApacheApp", "google-1.47"));
        all.add(library("OpenSearch REST client", "2.19.3", "OpenSearch2App", "opensearch-2"));
        all.add(library("OpenSearch REST client", "3.2.0", "OpenSearch3App", "opensearch-3")
                .since(11)
                .alsoH2());
        return all;
    }

    private static void spring(List<HttpClients.Client> all) {
        all.add(library("RestTemplate", "5.3.39", "RestTemplateApp", "spring-5"));
        all.add(library("RestTemplate", "6.2.12", "RestTemplateApp", "spring-6").since(17));
        all.add(library("RestTemplate on Apache", "4.3.30", "RestTemplateApache4App", "spring-4"));
        all.add(library("RestTemplate on Apache", "5.3.39", "RestTemplateApache4App", "spring-5"));
        all.add(library("RestTemplate on Apache", "6.2.12", "RestTemplateApache5App", "spring-6")
                .since(17));
        all.add(library("WebClient", "5.3.39", "WebClientApp", "spring-5-reactive"));
        all.add(library("WebClient", "6.2.12", "WebClientApp", "spring-6-reactive")
                .since(17));
        all.add(library("RestClient", "6.2.12", "RestClientApp", "spring-6")
                .since(17)
                .alsoH2());
        all.add(library("RestClient on Apache", "6.2.12", "RestClientApache5App", "spring-6")
                .since(17));
    }

    private static HttpClients.Client library(String name, String version, String program, String classPath) {
        List<Path> jars = Arrays.stream(CLASS_PATHS.getProperty(classPath).split(" +"))
                .map(jar -> jar.split(":"))
                .map(jar -> Drivers.jar(jar[0], jar[1]))
                .toList();
        return HttpClients.client(name, version, program, jars);
    }

    private static Properties read() {
        try (InputStream in = InheritingClients.class.getResourceAsStream("class-paths.properties")) {
            Properties paths = new Properties();
            paths.load(in);
            return paths;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
