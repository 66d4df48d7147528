package dev.unmask.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The packaged service, running on free ports of the loopback address. */
final class Service implements AutoCloseable {
    /** The key of services that are given none. */
    static final String KEY = "the-key-of-the-integration-tests";

    static final Path TOY = Path.of("src/test/resources/toy-model").toAbsolutePath();

    private static final String HOST = "127.0.0.1";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration ANSWER = Duration.ofSeconds(30);

    private final Program program;
    private final int port;
    private final int managementPort;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private Service(Program program, int port, int managementPort) {
        this.program = program;
        this.port = port;
        this.managementPort = managementPort;
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
        int[] ports = freePorts();
        Map<String, String> environment = new HashMap<>(Map.of(
                "UNMASK_MODEL", TOY.toString(),
                "UNMASK_MODEL_STORE", folder.resolve("store").toString(),
                "UNMASK_API_KEY", KEY,
                "QUARKUS_HTTP_HOST", HOST,
                "QUARKUS_HTTP_PORT", String.valueOf(ports[0]),
                "QUARKUS_MANAGEMENT_HOST", HOST,
                "QUARKUS_MANAGEMENT_PORT", String.valueOf(ports[1])));
        environment.putAll(settings);
        environment.values().removeIf(String::isEmpty);
        return new Service(Program.start(folder, environment), ports[0], ports[1]);
    }

    /** Two ports that were free a moment ago, held together so that they differ. */
    private static int[] freePorts() throws IOException {
        InetAddress loopback = InetAddress.getByName(HOST);
        try (ServerSocket one = new ServerSocket(0, 1, loopback);
                ServerSocket other = new ServerSocket(0, 1, loopback)) {
            return new int[] {one.getLocalPort(), other.getLocalPort()};
        }
    }

    Service awaitReady() throws InterruptedException {
        Eventually.within(PATIENCE, "the service to be ready", () -> {
            assertThat(program.running()).as("the service runs:%n%s", log()).isTrue();
            assertThat(probe("ready")).as("the log:%n%s", log()).isEqualTo(200);
        });
        return this;
    }

    int port() {
        return port;
    }

    int managementPort() {
        return managementPort;
    }

    /** All that it has logged. */
    String log() {
        return program.output();
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
    int probe(String name) throws InterruptedException {
        try {
            URI uri = URI.create("http://%s:%d/q/health/%s".formatted(HOST, managementPort, name));
            return client.send(request(uri).build(), BodyHandlers.discarding()).statusCode();
        } catch (IOException nobodyAnswers) {
            return 0;
        }
    }

    /** A request without a key or any other header, to be completed and sent. */
    HttpRequest.Builder anonymous(String path) {
        return request(URI.create("http://%s:%d%s".formatted(HOST, port, path)));
    }

    /** A request with {@link #KEY}. */
    HttpRequest.Builder to(String path) {
        return anonymous(path).header("Authorization", "Bearer " + KEY);
    }

    /** A POST of JSON with {@link #KEY}. */
    HttpRequest.Builder posting(String path, String json) {
        return to(path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(json));
    }

    HttpResponse<String> post(String path, String json) throws IOException, InterruptedException {
        return send(posting(path, json));
    }

    HttpResponse<String> post(String json) throws IOException, InterruptedException {
        return post("/predict", json);
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(to(path));
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return send(request.build());
    }

    HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        try {
            // The request's own timeout does not cover all that a broken answer can do to the client.
            return sendAsync(request).get(ANSWER.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            throw new IOException("No answer to " + request, failed.getCause());
        } catch (TimeoutException none) {
            throw new AssertionError("No answer to " + request, none);
        }
    }

    CompletableFuture<HttpResponse<String>> sendAsync(HttpRequest request) {
        return client.sendAsync(request, BodyHandlers.ofString());
    }

    /** Sends bytes as they are, HTTP or not, and reads what comes back until the other side closes or falls silent. */
    byte[] exchange(byte[] bytes) throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        try (Socket socket = new Socket(HOST, port)) {
            socket.setSoTimeout(5_000);
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
            byte[] chunk = new byte[8192];
            for (int read = socket.getInputStream().read(chunk);
                    read >= 0;
                    read = socket.getInputStream().read(chunk)) {
                answer.write(chunk, 0, read);
            }
        } catch (SocketTimeoutException silent) {
            return answer.toByteArray();
        } catch (SocketException reset) {
            // The other side may close before it has read all; what it said before counts.
            assertThat(reset).hasMessageMatching("(?i).*(reset|broken pipe).*");
        }
        return answer.toByteArray();
    }

    /** Whether it answers a plain question, as it always must. */
    void assertAnswers() throws IOException, InterruptedException {
        HttpResponse<String> answer = post("{\"inputs\":\"there is no [MASK] .\",\"parameters\":{\"top_k\":1}}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(Json.read(answer.body()).path(0).path("token").intValue()).isEqualTo(50);
    }

    @Override
    public void close() {
        program.close();
    }

    private static HttpRequest.Builder request(URI uri) {
        return HttpRequest.newBuilder(uri).timeout(ANSWER);
    }

    /** The values of all headers whose name is {@code name}. */
    static List<String> header(HttpResponse<?> response, String name) {
        return response.headers().allValues(name);
    }
}
