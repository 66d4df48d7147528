package dev.unmask.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.restassured.response.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies of a mebibyte that are made to be expensive, many at once, in a small heap, with the demo model. */
@Isolated("It measures, or loads the machine.")
class HeavyRequestsIT {
    private static final int MEBIBYTE = 1 << 20;
    private static final int CLIENTS = 32;

    /** Far below what unbounded tokenizing or whole answers would take. */
    private static final long RESIDENT = 900L << 20;

    private static Service service;

    @BeforeAll
    static void start() throws Exception {
        Path demo = Path.of("model-store/demo").toAbsolutePath();
        service = Service.launch(
                        Program.folder(),
                        Map.of("UNMASK_MODEL", demo.toString(), "UNMASK_REQUEST_TIMEOUT", "20s"),
                        List.of("-Xmx384m"))
                .awaitReady();
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @AfterEach
    void theServiceContinues() throws IOException {
        assertThat(service.post("{\"inputs\":\"a [MASK]\"}").statusCode()).isEqualTo(200);
        assertThat(service.probe("live")).isEqualTo(200);
        assertThat(service.log()).doesNotContain("OutOfMemory", "ERROR");
        if (Files.exists(Path.of("/proc/self/status"))) {
            assertThat(service.residentBytes()).isLessThan(RESIDENT);
        }
    }

    /** Sends it from many clients at once, and says which statuses came back. */
    private static List<Integer> statuses(String path, String json) throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try {
            List<Future<Response>> responses = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                responses.add(clients.submit(() -> service.post(path, json)));
            }
            List<Integer> statuses = new ArrayList<>();
            for (Future<Response> response : responses) {
                statuses.add(response.get(60, TimeUnit.SECONDS).statusCode());
            }
            return statuses;
        } finally {
            clients.shutdownNow();
        }
    }

    private static String repeated(String unit, int characters) {
        return unit.repeat(characters / unit.length());
    }

    @ParameterizedTest
    @CsvSource({
        "'.', 1000000, 400",
        "' a,', 1000000, 400",
        "'x', 1000000, 400",
        "'.', 32700, 400",
    })
    void aTextIsRefusedWhateverItIsMadeOf(String unit, int characters, int status) throws Exception {
        assertThat(statuses("/predict", "{\"inputs\":\"[MASK]" + repeated(unit, characters) + "\"}"))
                .containsOnly(status);
    }

    /** Each text is within the cap, and all of them are a body: much to do for each client, in bounded memory. */
    @ParameterizedTest
    @ValueSource(strings = {".", "a,", "\\t", "\\r\\n", "\u4e2d", "\u00a0", "\u200b", "x"})
    void whatIsCutIsTokenizedInBoundedMemory(String unit) throws Exception {
        int bytes = unit.getBytes(StandardCharsets.UTF_8).length;
        String text = "\"[MASK]" + unit.repeat(Math.min(30_000, 30_000 / unit.length())) + "\"";
        int texts = Math.max(1, (MEBIBYTE - 200) / (30_000 / unit.length() * bytes + 20));
        String json =
                "{\"inputs\":[%s],\"parameters\":{\"top_k\":1,\"tokenizer_kwargs\":{\"truncation\":true,\"max_length\":4}}}"
                        .formatted(String.join(",", Collections.nCopies(Math.min(8, texts), text)));

        assertThat(statuses("/predict", json)).containsOnly(200);
    }

    @Test
    void targetsAreBounded() throws Exception {
        String json = "{\"inputs\":\"[MASK]\",\"parameters\":{\"targets\":%s}}";
        String words = "[" + "\"zq xq\",".repeat(110_000) + "\"q\"]";

        assertThat(statuses("/predict", json.formatted("\"" + ".".repeat(1_000_000) + "\"")))
                .containsOnly(400);
        assertThat(statuses("/predict", json.formatted(words))).containsOnly(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{},", "[],", "[[]],", "\\\"\\\",", "1,"})
    void listsOfAnythingAreBounded(String element) throws Exception {
        String elements = element.replace("\\", "").repeat(MEBIBYTE / 8);

        assertThat(statuses("/predict", "{\"inputs\":[" + elements + "1]}")).containsOnly(400);
        assertThat(statuses("/embeddings", "{\"inputs\":[" + elements + "1]}")).containsOnly(404);
    }

    /** Each answer has some 30 MiB. */
    @Test
    void largeAnswersAreSentInBoundedMemoryAndShortQuestionsAreAnsweredMeanwhile() throws Exception {
        String text = "\"[MASK]" + " pneumothorax".repeat(509) + "\"";
        String json = "{\"inputs\":[%s,%s,%s],\"parameters\":{\"top_k\":2519}}".formatted(text, text, text);
        ExecutorService clients = Executors.newFixedThreadPool(8);
        try {
            List<Future<Long>> lengths = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                lengths.add(clients.submit(() -> drained(json)));
            }
            for (Future<Long> length : lengths) {
                assertThat(service.post("{\"inputs\":\"a [MASK]\"}").statusCode())
                        .isEqualTo(200);
                assertThat(length.get(60, TimeUnit.SECONDS)).isGreaterThan(30L << 20);
            }
        } finally {
            clients.shutdownNow();
        }
    }

    /** The length of an answer, of which this process keeps nothing either. */
    private static long drained(String json) throws IOException {
        try (InputStream body = service.posting(json).when().post("/predict").asInputStream()) {
            return body.transferTo(OutputStream.nullOutputStream());
        }
    }

    @Test
    void topKOfZeroCostsNothing() {
        String text = "[MASK]".repeat(510);

        JsonNode answer =
                Answers.prediction(service.post("{\"inputs\":\"%s\",\"parameters\":{\"top_k\":0}}".formatted(text)));

        assertThat(answer).hasSize(510).allSatisfy(mask -> assertThat(mask).isEmpty());
    }
}
