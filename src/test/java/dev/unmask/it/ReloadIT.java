package dev.unmask.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.restassured.response.Response;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Another model takes the place of the one in service. */
class ReloadIT {
    private static final String ADMIN = "the-key-of-the-administrator";
    private static final Path DEMO = Path.of("model-store/demo").toAbsolutePath();
    private static final String QUESTION = "{\"inputs\":[\"there is no [MASK] .\",\"[MASK] and [MASK]\"]}";

    private Path store;
    private Service service;

    @BeforeEach
    void start() throws Exception {
        Path folder = Program.folder();
        store = Files.createDirectory(folder.resolve("store"));
        lead(Service.TOY);
        service = Service.ready(
                folder, Map.of("UNMASK_MODEL", "current", "UNMASK_ADMIN_KEY", ADMIN, "UNMASK_DRAIN_DELAY", "3s"));
    }

    @AfterEach
    void stop() {
        service.close();
    }

    /** Turns the link as a careful administrator does: there is no moment without one. */
    private void lead(Path target) throws IOException {
        Path next = store.resolve(".next");
        Files.deleteIfExists(next);
        Files.createSymbolicLink(next, target);
        Files.move(next, store.resolve("current"), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private HttpResponse<String> reload(String key) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:%d/admin/reload".formatted(service.managementPort())))
                .header("Authorization", "Bearer " + key)
                .timeout(Duration.ofSeconds(60))
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }

    /** The answer to a reload that finds no other under way: the service follows a turned link by itself. */
    private HttpResponse<String> reloadByItself() {
        return await().atMost(Duration.ofSeconds(30))
                .until(() -> reload(ADMIN), response -> response.statusCode() != 503);
    }

    private String model() {
        return service.post(QUESTION).header("x-unmask-model").split("@")[0];
    }

    private static String error(HttpResponse<String> response) {
        JsonNode body = Json.read(response.body());
        assertThat(body.path("error").isTextual()).as(response.body()).isTrue();
        return body.path("error").textValue();
    }

    @Test
    void aLinkThatLeadsElsewhereIsFollowed() throws Exception {
        assertThat(model()).isEqualTo("toy-model");

        lead(DEMO);

        await().atMost(Duration.ofSeconds(30)).until(this::model, "demo"::equals);
        assertThat(service.get("/info").path("model.name").toString()).isEqualTo("demo");
        assertThat(service.metrics()).contains("unmask_model{name=\"demo\"").doesNotContain("name=\"toy-model\"");
    }

    @Test
    void aLinkThatLeadsToNoModelLeavesTheOneInServiceAndIsReported() throws Exception {
        Path half = Files.createDirectory(store.resolve("half"));
        Files.copy(DEMO.resolve("config.json"), half.resolve("config.json"));
        for (Path wrong : List.of(store.resolve("nowhere"), half)) {
            int told = refusals();
            lead(wrong);

            await().atMost(Duration.ofSeconds(30)).until(() -> refusals() > told);
            service.assertAnswers();
            assertThat(service.probe("ready")).isEqualTo(200);
        }

        lead(DEMO);
        await().atMost(Duration.ofSeconds(30)).until(this::model, "demo"::equals);
    }

    private int refusals() {
        return service.log().split("The model in service stays", -1).length - 1;
    }

    @Test
    void whoHasTheKeyIsToldWhatBecameOfIt() throws Exception {
        assertThat(reload("another-key").statusCode()).isEqualTo(401);
        assertThat(reload(Service.KEY).statusCode()).isEqualTo(401);
        assertThat(service.anonymous()
                        .header("Authorization", "Bearer " + ADMIN)
                        .when()
                        .post("/predict")
                        .statusCode())
                .isEqualTo(401);

        lead(DEMO);
        HttpResponse<String> good = reloadByItself();
        assertThat(good.statusCode()).as(good.body()).isEqualTo(200);
        assertThat(Json.read(good.body()).path("model").textValue()).startsWith("demo@");

        lead(store.resolve("nowhere"));
        HttpResponse<String> bad = reloadByItself();
        assertThat(bad.statusCode()).isEqualTo(422);
        assertThat(error(bad)).contains("current");
        assertThat(service.metric("unmask_reloads_total{outcome=\"done\"}")).isPositive();
        assertThat(service.metric("unmask_reloads_total{outcome=\"refused\"}")).isPositive();
        assertThat(model()).isEqualTo("demo");
    }

    @Test
    void onlyOneIsLoadedAtATime() throws Exception {
        List<CompletableFuture<Integer>> asked = IntStream.range(0, 8)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> {
                    try {
                        return reload(ADMIN).statusCode();
                    } catch (Exception failed) {
                        throw new IllegalStateException(failed);
                    }
                }))
                .toList();

        List<Integer> statuses = asked.stream().map(CompletableFuture::join).toList();
        assertThat(statuses).contains(200).allMatch(status -> status == 200 || status == 503);
        service.assertAnswers();
    }

    /** Their requests hold a model, which must be let go all the same. */
    @Test
    void clientsThatHangUpHoldNothingBack() throws Exception {
        String request = "POST /predict HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Length: %d\r\n\r\n%s"
                .formatted(Service.KEY, QUESTION.length(), QUESTION);
        for (int i = 0; i < 40; i++) {
            try (RawConnection connection = service.connect(Duration.ofSeconds(5))) {
                connection.write(request);
                Thread.sleep(i % 8);
            }
        }

        HttpResponse<String> reloaded = reload(ADMIN);

        assertThat(reloaded.statusCode()).as(reloaded.body()).isEqualTo(200);
        service.assertAnswers();
    }

    @Test
    void whileTheServiceStopsNothingIsLoaded() throws Exception {
        service.terminate();
        await().until(() -> service.probe("ready") == 503);

        HttpResponse<String> refused = reload(ADMIN);

        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(error(refused)).contains("stop");
        assertThat(service.exitCode()).isEqualTo(143);
    }

    /** Each request is answered, whole, by the one model that it began with. */
    @Test
    void noRequestIsLostNorAnsweredByTwoModels() throws Exception {
        Map<String, String> expected = new HashMap<>();
        for (Path model : List.of(DEMO, Service.TOY)) {
            lead(model);
            assertThat(reloadByItself().statusCode()).isEqualTo(200);
            Response response = service.post(QUESTION);
            expected.put(response.header("x-unmask-model"), response.asString());
        }
        assertThat(expected).hasSize(2);
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger answered = new AtomicInteger();
        ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
        Map<String, Boolean> seen = new ConcurrentHashMap<>();
        List<Thread> clients = IntStream.range(0, 4)
                .mapToObj(client -> new Thread(() -> {
                    HttpClient http = HttpClient.newHttpClient();
                    while (!over.get()) {
                        try {
                            HttpResponse<String> response = http.send(
                                    HttpRequest.newBuilder(service.uri("/predict"))
                                            .header("Authorization", "Bearer " + Service.KEY)
                                            .POST(HttpRequest.BodyPublishers.ofString(QUESTION))
                                            .build(),
                                    HttpResponse.BodyHandlers.ofString());
                            String label = response.headers()
                                    .firstValue("x-unmask-model")
                                    .orElse("");
                            seen.put(label, true);
                            if (!response.body().equals(expected.get(label))) {
                                wrong.add(response.statusCode() + " " + label + " " + response.body());
                            }
                            answered.incrementAndGet();
                        } catch (IOException | InterruptedException lost) {
                            wrong.add(lost.toString());
                        }
                    }
                }))
                .toList();
        clients.forEach(Thread::start);

        for (int i = 0; i < 10; i++) {
            lead(i % 2 == 0 ? DEMO : Service.TOY);
            HttpResponse<String> reloaded = reload(ADMIN);
            // The link was seen by itself in between.
            assertThat(reloaded.statusCode()).as(reloaded.body()).isIn(200, 503);
        }
        over.set(true);
        for (Thread client : clients) {
            client.join();
        }

        assertThat(wrong).as("of %d answers", answered.get()).isEmpty();
        assertThat(seen.keySet()).isEqualTo(expected.keySet());
        assertThat(service.log()).doesNotContain("ERROR");
    }
}
