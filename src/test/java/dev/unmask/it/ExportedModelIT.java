package dev.unmask.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A RoBERTa of which there is nothing but its ONNX export, imported by the command line and served. */
class ExportedModelIT {
    private static final Path EXPORTS = Path.of("src/test/resources/onnx").toAbsolutePath();

    private static Service service;

    @BeforeAll
    static void start() throws Exception {
        Path folder = Program.folder();
        Path store = folder.resolve("store");
        String export = EXPORTS.resolve("roberta").toString();
        try (Program program =
                Program.start(folder, Map.of(), "import", export, "--name", "r", "--store", store.toString())) {
            assertThat(program.exitCode()).as(program.output()).isZero();
            assertThat(program.output()).contains("2 layers of width 32, 314 pieces, 128 positions");
        }
        service = Service.ready(folder, Map.of("UNMASK_MODEL", "r", "UNMASK_MODEL_STORE", store.toString()));
    }

    @AfterAll
    static void stop() {
        if (service != null) {
            service.close();
        }
    }

    @Test
    void infoSaysWhatItIsAndWhereItsHeadRuns() throws Exception {
        JsonNode info = Json.read(service.get("/info").asString());

        assertThat(info.at("/model/type").asText()).isEqualTo("roberta");
        assertThat(info.at("/model/mask_token").asText()).isEqualTo("<mask>");
        assertThat(info.at("/model/mask_token_id").intValue()).isEqualTo(4);
        assertThat(info.at("/model/positions").intValue()).isEqualTo(128);
        assertThat(info.at("/limits/tokens").intValue()).isEqualTo(128);
        assertThat(info.at("/engine/head").asText()).isEqualTo("masks");
    }

    @Test
    void answersAreThoseOfTransformers() throws Exception {
        for (String line : Files.readAllLines(EXPORTS.resolve("roberta.jsonl"))) {
            JsonNode recorded = Json.read(line);
            String body = "{\"inputs\":%s}"
                    .formatted(Json.string(recorded.path("text").textValue()));
            JsonNode found = Json.read(service.post(body).asString());
            JsonNode masks = found.path(0).isArray() ? found : Json.read("[" + found + "]");
            assertThat(masks.size()).isEqualTo(recorded.path("answers").size());
            for (int mask = 0; mask < masks.size(); mask++) {
                check(masks.path(mask), recorded.path("answers").path(mask));
            }
        }
    }

    private static void check(JsonNode found, JsonNode expected) {
        assertThat(found.size()).isEqualTo(expected.size()).isEqualTo(5);
        for (int i = 0; i < found.size(); i++) {
            assertThat(found.path(i).path("score").doubleValue())
                    .isCloseTo(expected.path(i).path("score").doubleValue(), within(1e-5));
            assertThat(withoutScore(found.path(i))).isEqualTo(withoutScore(expected.path(i)));
        }
    }

    private static JsonNode withoutScore(JsonNode prediction) {
        return ((ObjectNode) prediction.deepCopy()).without("score");
    }

    @Test
    void messagesSpeakOfItsOwnTokens() throws Exception {
        assertThat(service.post("{\"inputs\":\"no [MASK]\"}").asString()).contains("No mask_token (<mask>) found");
        assertThat(service.post("{\"inputs\":\"<mask>%s\"}".formatted(" x".repeat(200)))
                        .asString())
                .contains("at most 128 are allowed, <s> and </s> included");
    }
}
