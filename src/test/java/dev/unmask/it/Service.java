package dev.unmask.it;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import io.restassured.builder.RequestSpecBuilder;
import io.restassured.config.DecoderConfig;
import io.restassured.config.EncoderConfig;
import io.restassured.config.HttpClientConfig;
import io.restassured.config.RedirectConfig;
import io.restassured.config.RestAssuredConfig;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The packaged service on the loopback address. It binds any free ports and says which, so that nobody can take them
 * between the choice and the start.
 */
final class Service implements AutoCloseable {
    /** The key of services that are given none. */
    static final String KEY = "the-key-of-the-integration-tests";

    static final Path TOY = Path.of("src/test/resources/toy-model").toAbsolutePath();

    private static final String HOST = "127.0.0.1";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** What is sent and received is what a test says, as far as REST Assured lets it. */
    private static final RestAssuredConfig AS_WRITTEN = RestAssuredConfig.config()
            .encoderConfig(EncoderConfig.encoderConfig()
                    .appendDefaultContentCharsetToContentTypeIfUndefined(false)
                    .encodeContentTypeAs("application/x-www-form-urlencoded", ContentType.BINARY)
                    .encodeContentTypeAs("multipart/form-data", ContentType.BINARY))
            .decoderConfig(
                    DecoderConfig.decoderConfig().noContentDecoders().and().defaultContentCharset("UTF-8"))
            .redirect(RedirectConfig.redirectConfig().followRedirects(false))
            .httpClient(HttpClientConfig.httpClientConfig()
                    .setParam("http.connection.timeout", 30_000)
                    .setParam("http.socket.timeout", 30_000));

    /** The end of the line that the framework logs once it listens. */
    private static final Pattern LISTENING = Pattern.compile(
            "Listening on: https?://[^ ]+:(\\d+)\\b.*Management interface listening on http://[^ ]+:(\\d+)\\b");

    private final Program program;
    private Ports ports;

    /** Where it listens; the API's port is that of TLS where only TLS is spoken. */
    private record Ports(int api, int management) {}

    private Service(Program program) {
        this.program = program;
    }

    /** Where it listens, once it has said so. */
    private synchronized Optional<Ports> listening() {
        if (ports == null) {
            Matcher said = LISTENING.matcher(log());
            if (said.find()) {
                ports = new Ports(Integer.parseInt(said.group(1)), Integer.parseInt(said.group(2)));
            }
        }
        return Optional.ofNullable(ports);
    }

    private Ports ports() {
        return listening().orElseGet(() -> await("the service to say where it listens")
                .atMost(PATIENCE)
                .until(
                        () -> {
                            assertThat(program.running())
                                    .as("the service runs:%n%s", log())
                                    .isTrue();
                            return listening();
                        },
                        Optional::isPresent)
                .orElseThrow());
    }

    private static RequestSpecification requestsTo(int port) {
        return new RequestSpecBuilder()
                .setConfig(AS_WRITTEN)
                .setBaseUri("http://" + HOST)
                .setPort(port)
                .setUrlEncodingEnabled(false)
                // Each request has a client of its own, which would keep its connection until it is collected.
                .addHeader("Connection", "close")
                .build();
    }

    /** Starts it with the toy model, {@link #KEY} and the store in {@code folder}, and waits until it is ready. */
    static Service ready(Path folder) throws IOException, InterruptedException {
        return ready(folder, Map.of());
    }

    /** The same with further settings; an empty one is not set at all. */
    static Service ready(Path folder, Map<String, String> settings) throws IOException, InterruptedException {
        return launch(folder, settings).awaitReady();
    }

    /** Starts it without waiting. */
    static Service launch(Path folder, Map<String, String> settings) throws IOException {
        return launch(folder, settings, List.of());
    }

    /** The same with options for the virtual machine. */
    static Service launch(Path folder, Map<String, String> settings, List<String> machineOptions) throws IOException {
        return launch(List.of(), folder, settings, machineOptions);
    }

    /** The same by another command that runs this one, its arguments. */
    static Service launch(List<String> by, Path folder, Map<String, String> settings, List<String> machineOptions)
            throws IOException {
        Map<String, String> environment = new HashMap<>(Map.of(
                "UNMASK_MODEL",
                TOY.toString(),
                "UNMASK_MODEL_STORE",
                folder.resolve("store").toString(),
                "UNMASK_API_KEY",
                KEY,
                "QUARKUS_HTTP_HOST",
                HOST,
                "QUARKUS_HTTP_PORT",
                "0",
                "QUARKUS_MANAGEMENT_HOST",
                HOST,
                "QUARKUS_MANAGEMENT_PORT",
                "0"));
        environment.putAll(settings);
        environment.values().removeIf(String::isEmpty);
        return new Service(Program.start(by, folder, environment, machineOptions));
    }

    Service awaitReady() throws InterruptedException {
        await("the service to be ready").atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> {
            if (program.running()) {
                assertThat(probe("ready")).as("the log:%n%s", log()).isEqualTo(200);
            }
        });
        assertThat(program.running()).as("the service runs:%n%s", log()).isTrue();
        return this;
    }

    /** The API's port; waits until the service listens. */
    int port() {
        return ports().api();
    }

    int managementPort() {
        return ports().management();
    }

    /** All that it has logged. */
    String log() {
        return program.output();
    }

    /** Its resident memory, on Linux. */
    long residentBytes() throws IOException {
        return program.residentBytes();
    }

    boolean running() {
        return program.running();
    }

    /** Sends SIGTERM. */
    void terminate() {
        program.terminate();
    }

    int exitCode() throws InterruptedException {
        return program.exitCode();
    }

    /** The status of a health probe of the management port, or 0 where nothing answers. */
    int probe(String name) {
        if (listening().isEmpty()) {
            return 0;
        }
        try {
            return given().spec(requestsTo(managementPort()))
                    .when()
                    .get("/q/health/" + name)
                    .statusCode();
        } catch (Exception nobodyAnswers) {
            return 0;
        }
    }

    /** The metrics, as Prometheus reads them. */
    String metrics() {
        return given().spec(requestsTo(managementPort())).when().get("/metrics").asString();
    }

    /** The value of one metric with its labels; 0 where there is none yet. */
    double metric(String name) {
        return metrics()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElse(0);
    }

    /** A request without a key, to be completed and sent. */
    RequestSpecification anonymous() {
        return given().spec(requestsTo(port()));
    }

    /** A request with {@link #KEY}. */
    RequestSpecification to() {
        return anonymous().header("Authorization", "Bearer " + KEY);
    }

    /** JSON with {@link #KEY}, to be posted. */
    RequestSpecification posting(String json) {
        return to().contentType(ContentType.JSON).body(json.getBytes(StandardCharsets.UTF_8));
    }

    Response post(String path, String json) {
        return posting(json).when().post(path);
    }

    Response post(String json) {
        return post("/predict", json);
    }

    Response get(String path) {
        return to().when().get(path);
    }

    /** For what only another client than REST Assured sends. */
    URI uri(String path) {
        return URI.create("http://%s:%d%s".formatted(HOST, port(), path));
    }

    RawConnection connect(Duration patience) throws IOException {
        return new RawConnection(HOST, port(), patience);
    }

    /** Sends a text as it is, HTTP or not, and reads what comes back until the other side closes or falls silent. */
    String exchange(String request) throws IOException {
        try (RawConnection connection = connect(Duration.ofSeconds(5))) {
            connection.write(request);
            connection.readToTheEnd();
            return connection.received();
        }
    }

    /** Whether it answers a plain question, as it always must. */
    void assertAnswers() {
        post("{\"inputs\":\"there is no [MASK] .\",\"parameters\":{\"top_k\":1}}")
                .then()
                .statusCode(200)
                .body("[0].token", equalTo(50));
    }

    @Override
    public void close() {
        program.close();
    }
}
