package io.lethe.harness;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.secret.Reference;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.StringReader;
import java.net.URI;
import java.net.URLDecoder;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.jboss.dmr.ModelNode;
import org.jboss.dmr.ValueExpression;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.postgresql.Driver;
import org.postgresql.PGProperty;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.beans.factory.config.BeanDefinitionVisitor;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.beans.factory.xml.XmlBeanDefinitionReader;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ByteArrayResource;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;
import org.yaml.snakeyaml.Yaml;

/** What parsers and placeholder resolvers of real applications make of a reference: nothing, it comes out as it went in. */
final class PipelineIT {

    private static final List<String> REFERENCES = List.of(
            "lethe:db",
            "lethe:orders-db",
            "lethe:orders-db#password",
            "lethe:payments.api_v2#admin-password",
            "lethe:0");

    /** A place where configuration is written, and what reads it there. */
    private interface Pipeline {
        String carry(String reference) throws Exception;
    }

    static Stream<Arguments> everyReferenceThroughEveryPipeline() {
        Map<String, Pipeline> pipelines = Map.ofEntries(
                Map.entry("properties, written by hand", PipelineIT::properties),
                Map.entry("properties, stored and loaded", PipelineIT::storedProperties),
                Map.entry("properties as XML", PipelineIT::xmlProperties),
                Map.entry(
                        "YAML",
                        reference -> new Yaml()
                                .<Map<String, Map<String, String>>>load(
                                        "db: {user: orders, password: " + reference + "}")
                                .get("db")
                                .get("password")),
                Map.entry(
                        "YAML block",
                        reference -> new Yaml()
                                .<Map<String, String>>load("user: orders\npassword: " + reference + "\n")
                                .get("password")),
                Map.entry(
                        "YAML, dumped and loaded",
                        reference -> new Yaml()
                                .<Map<String, String>>load(new Yaml().dump(Map.of("password", reference)))
                                .get("password")),
                Map.entry(
                        "XML attribute",
                        reference -> xml("<resource password=\"" + reference + "\"/>")
                                .getAttribute("password")),
                Map.entry(
                        "XML text",
                        reference ->
                                xml("<password>" + reference + "</password>").getTextContent()),
                Map.entry(
                        "Spring placeholder's default",
                        reference -> new StandardEnvironment()
                                .resolveRequiredPlaceholders("${LETHE_TEST_UNSET:" + reference + "}")),
                Map.entry(
                        "Spring placeholder inside another",
                        reference -> new StandardEnvironment()
                                .resolveRequiredPlaceholders(
                                        "${LETHE_TEST_UNSET:${LETHE_TEST_UNSET_TOO:" + reference + "}}")),
                Map.entry("Spring bean in XML", PipelineIT::springBean),
                Map.entry(
                        "MicroProfile expression's default",
                        reference -> microProfile("${LETHE_TEST_UNSET:" + reference + "}")),
                Map.entry("MicroProfile value", PipelineIT::microProfile),
                Map.entry(
                        "WildFly expression's default",
                        reference -> new ModelNode(new ValueExpression("${env.LETHE_TEST_UNSET:" + reference + "}"))
                                .resolve()
                                .asString()),
                Map.entry("user info of a URL", PipelineIT::userInfo),
                Map.entry("query of a JDBC URL, as pgjdbc reads it", PipelineIT::jdbcQuery),
                Map.entry("form-encoded", reference -> URLDecoder.decode(encoded(reference), UTF_8)),
                Map.entry("environment variable", PipelineIT::environment));
        return pipelines.entrySet().stream()
                .flatMap(pipeline -> REFERENCES.stream()
                        .map(reference -> Arguments.of(reference, pipeline.getKey(), pipeline.getValue())));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("everyReferenceThroughEveryPipeline")
    void reference_comesOutAsItWentIn(String reference, String name, Pipeline pipeline) throws Exception {
        String carried = pipeline.carry(reference);
        assertThat(carried).isEqualTo(reference);
        assertThat(Reference.claims(carried)).isTrue();
    }

    private static String properties(String reference) throws Exception {
        Properties properties = new Properties();
        properties.load(new StringReader("a.password=" + reference + "\nb.password = " + reference + "\nc.password: "
                + reference + "\nd.password " + reference + "\n"));
        assertThat(properties.values()).containsOnly(reference);
        return properties.getProperty("a.password");
    }

    private static String storedProperties(String reference) throws Exception {
        Properties properties = new Properties();
        properties.setProperty("password", reference);
        ByteArrayOutputStream stored = new ByteArrayOutputStream();
        properties.store(stored, null);
        Properties loaded = new Properties();
        loaded.load(new ByteArrayInputStream(stored.toByteArray()));
        return loaded.getProperty("password");
    }

    private static String xmlProperties(String reference) throws Exception {
        Properties properties = new Properties();
        properties.setProperty("password", reference);
        ByteArrayOutputStream stored = new ByteArrayOutputStream();
        properties.storeToXML(stored, null);
        Properties loaded = new Properties();
        loaded.loadFromXML(new ByteArrayInputStream(stored.toByteArray()));
        return loaded.getProperty("password");
    }

    private static Element xml(String text) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(text)))
                .getDocumentElement();
    }

    /** The same visitor that Spring's own placeholder configurers use. */
    private static String springBean(String reference) {
        DefaultListableBeanFactory beans = new DefaultListableBeanFactory();
        String definition = "<beans xmlns='http://www.springframework.org/schema/beans'>"
                + "<bean id='db' class='" + PGSimpleDataSource.class.getName() + "'>"
                + "<property name='password' value='${LETHE_TEST_UNSET:" + reference + "}'/></bean></beans>";
        XmlBeanDefinitionReader reader = new XmlBeanDefinitionReader(beans);
        reader.setValidating(false);
        reader.setNamespaceAware(true);
        reader.loadBeanDefinitions(new ByteArrayResource(definition.getBytes(UTF_8)));
        new BeanDefinitionVisitor(new StandardEnvironment()::resolveRequiredPlaceholders)
                .visitBeanDefinition(beans.getBeanDefinition("db"));
        return beans.getBean(PGSimpleDataSource.class).getPassword();
    }

    private static String microProfile(String value) {
        return new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withSources(new PropertiesConfigSource(Map.of("db.password", value), "test", 100))
                .build()
                .getValue("db.password", String.class);
    }

    /** As platforms hand out a database: {@code postgres://user:password@host/db}. */
    private static String userInfo(String reference) {
        URI url = URI.create("postgres://orders:" + encoded(reference) + "@127.0.0.1:5432/orders");
        return url.getUserInfo().substring("orders:".length());
    }

    private static String jdbcQuery(String reference) {
        String url = "jdbc:postgresql://127.0.0.1:5432/orders?user=orders&password=";
        String raw = password(url + reference.replace("#", "%23"));
        assertThat(raw).isEqualTo(reference);
        return password(url + encoded(reference));
    }

    private static String password(String url) {
        return PGProperty.PASSWORD.getOrDefault(Driver.parseURL(url, new Properties()));
    }

    private static String encoded(String reference) {
        return reference.replace(":", "%3A").replace("#", "%23");
    }

    private static String environment(String reference) {
        ProcessBuilder builder = new ProcessBuilder("printenv", "DB_PASSWORD");
        builder.environment().put("DB_PASSWORD", reference);
        return Commands.run(builder, new byte[0]).orFail().out().trim();
    }
}
