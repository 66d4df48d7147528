package dev.unmask.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The Open Inference Protocol, and TensorFlow Serving's {@code :predict}, as KServe's clients speak them. */
class OpenInferenceIT {
    private static final String INFER = "/v2/models/cxr.bert/infer";
    private static final String PREDICT = "/v1/models/cxr.bert:predict";
    private static final String[] TEXTS = {"there is [MASK] .", "[MASK] is no lung", "no \u00e9 \ud83e\udec1 [MASK]"};

    private static Service service;

    @BeforeAll
    @BeforeContainer
    static void start() throws Exception {
        if (service == null) {
            service = Service.ready(Program.folder(), Map.of("UNMASK_SERVED_NAME", "cxr.bert"));
        }
    }

    @AfterAll
    @AfterContainer
    static void stop() {
        try (Service stopped = service) {
            service = null;
            assertThat(stopped.log()).doesNotContain("ERROR", "Exception");
        }
    }

    private static String tensor(String shape, String data, String more) {
        return "{\"inputs\":[{\"name\":\"text\",\"shape\":%s,\"datatype\":\"BYTES\",\"data\":%s}]%s}"
                .formatted(shape, data, more);
    }

    private static String json(String... texts) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        for (String text : texts) {
            array.add(text);
        }
        return array.toString();
    }

    /** What is found in an answer under a tensor's name. */
    private static JsonNode output(JsonNode answer, String name) {
        for (JsonNode output : answer.get("outputs")) {
            if (output.get("name").textValue().equals(name)) {
                return output;
            }
        }
        throw new AssertionError(name + " is not in " + answer);
    }

    @Test
    void tensorsHoldWhatThePredictionsHold() {
        String more = ",\"id\":\"a b\",\"parameters\":{\"top_k\":7}";
        JsonNode expected = Answers.prediction(
                service.post("/predict", "{\"inputs\":%s,\"parameters\":{\"top_k\":7}}".formatted(json(TEXTS))));

        Response response = service.post(INFER, tensor("[3]", json(TEXTS), more));
        JsonNode answer = Answers.prediction(response);

        assertThat(answer.get("id").textValue()).isEqualTo("a b");
        assertThat(answer.get("model_name").textValue()).isEqualTo("cxr.bert");
        assertThat(response.header("x-unmask-model"))
                .endsWith("@" + answer.get("model_version").textValue());
        for (String name : new String[] {"score", "token", "token_str", "sequence"}) {
            JsonNode output = output(answer, name);
            assertThat(output.get("shape").toString()).isEqualTo("[3,7]");
            for (int text = 0; text < 3; text++) {
                for (int k = 0; k < 7; k++) {
                    assertThat(output.get("data").get(text * 7 + k))
                            .as("%s of %d, %d", name, text, k)
                            .isEqualTo(expected.get(text).get(k).get(name));
                }
            }
        }
    }

    @Test
    void instancesAreAnsweredWithTheSamePredictionsAlsoASingleOne() {
        JsonNode expected = Answers.prediction(service.post("/predict", "{\"inputs\":%s}".formatted(json(TEXTS))));

        assertThat(Answers.prediction(service.post(PREDICT, "{\"instances\":%s}".formatted(json(TEXTS))))
                        .get("predictions"))
                .isEqualTo(expected);
        assertThat(Answers.prediction(service.post(
                                PREDICT, "{\"instances\":[{\"text\":%s}]}".formatted(Json.string(TEXTS[0]))))
                        .get("predictions")
                        .get(0))
                .isEqualTo(expected.get(0));
    }

    /** More predictions than are put into words at a time. */
    @Test
    void allOfTheVocabularyFitsIntoTensors() {
        JsonNode answer = Answers.prediction(service.post(
                INFER, tensor("[1,1]", "[[\"" + "no ".repeat(60) + "[MASK]\"]]", ",\"parameters\":{\"top_k\":165}")));

        assertThat(output(answer, "sequence").get("data")).hasSize(165);
        assertThat(output(answer, "token").get("data")).as("each token once").doesNotHaveDuplicates();
    }

    @Test
    void onlyTheOutputsThatAreAskedForAreSent() {
        service.post(
                        INFER,
                        tensor(
                                "[1]",
                                "[\"a [MASK]\"]",
                                ",\"outputs\":[{\"name\":\"token\",\"parameters\":{\"binary_data\":false}}],\"parameters\":{\"targets\":[\"lung\",\"no\"]}"))
                .then()
                .statusCode(200)
                .body("outputs.name", contains("token"), "outputs[0].shape", contains(1, 2));
    }

    @Test
    void modelAndServerTellWhatTheyAre() {
        service.get("/v2").then().statusCode(200).body("name", equalTo("unmask"));
        String version = service.get("/v2/models/cxr.bert")
                .then()
                .statusCode(200)
                .body("name", equalTo("cxr.bert"), "inputs.name", contains("text"))
                .body("outputs.name", hasItems("score", "token", "token_str", "sequence"))
                .extract()
                .path("versions[0]");
        service.get("/v2/models/cxr.bert/versions/" + version).then().statusCode(200);
        service.get("/v2/models/cxr.bert/versions/" + version + "/ready")
                .then()
                .statusCode(200)
                .body("ready", equalTo(true));
        service.post("/v2/models/cxr.bert/versions/" + version + "/infer", tensor("[1]", "[\"[MASK]\"]", ""))
                .then()
                .statusCode(200)
                .body("model_version", equalTo(version));
        service.get("/v1/models").then().statusCode(200).body("models", contains("cxr.bert"));
    }

    @ParameterizedTest
    @CsvSource({
        "/v2/health/live, live",
        "/v2/health/ready, ready",
        "/v2/models/cxr.bert/ready, ready",
        "/v1/models/cxr.bert, ready"
    })
    void healthNeedsNoKey(String path, String key) {
        service.anonymous()
                .when()
                .get(path)
                .then()
                .statusCode(200)
                .contentType(ContentType.JSON)
                .body(key, equalTo(true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v2", "/v2/models/cxr.bert", "/v2/models/cxr.bert/versions/1", "/v1/models"})
    void whatTellsOfTheModelNeedsAKey(String path) {
        Answers.refusal(service.anonymous().when().get(path), 401);
    }

    @ParameterizedTest
    @ValueSource(strings = {INFER, PREDICT})
    void askingAModelNeedsAKeyAndTheRightMethod(String path) {
        Answers.refusal(service.anonymous().body("{}").when().post(path), 401);
        Answers.refusal(service.get(path), 405);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v2/models/toy-model/infer",
                "/v2/models/cxr.bert/versions/1/infer",
                "/v1/models/toy-model:predict",
                "/v2/models/cxr.bert/infer/more"
            })
    void anotherModelIsNotHere(String path) {
        Answers.refusal(service.post(path, "{}"), 404);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | inputs",
                "{\"inputs\":{}} | inputs",
                "{\"inputs\":[]} | inputs",
                "{\"inputs\":[1]} | inputs[0]",
                "{\"inputs\":[{},{}]} | inputs",
                "{\"inputs\":[{\"name\":\"texts\"}]} | inputs[0].name",
                "{\"inputs\":[{\"name\":\"text\",\"datatype\":\"FP32\"}]} | inputs[0].datatype",
                "{\"inputs\":[{\"name\":\"text\",\"datatype\":\"BYTES\"}]} | inputs[0].data",
                "{\"inputs\":[{\"name\":\"text\",\"datatype\":\"BYTES\",\"data\":[]}]} | inputs[0].data",
                "{\"inputs\":[{\"name\":\"text\",\"datatype\":\"BYTES\",\"data\":[\"[MASK]\"]}]} | inputs[0].shape"
            })
    void aBadTensorIsRefusedByItsField(String body, String field) {
        assertThat(Answers.refusal(service.post(INFER, body), 400)).startsWith(field + " ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[2] | [\"a [MASK]\"] | '' | inputs[0].shape ",
                "[] | [\"a [MASK]\"] | '' | inputs[0].shape ",
                "[1,2] | [\"a [MASK]\"] | '' | inputs[0].shape ",
                "[1,1,1] | [\"a [MASK]\"] | '' | inputs[0].shape ",
                "[1.5] | [\"a [MASK]\"] | '' | inputs[0].shape ",
                "[1] | [7] | '' | inputs[0].data[0] ",
                "[2] | [\"a [MASK]\",\"none\"] | '' | inputs[0].data[1]: ",
                "[1] | [\"none\"] | '' | inputs[0].data[0]: ",
                "[2] | [\"a [MASK]\",\"[MASK] [MASK]\"] | '' | inputs[0].data[1]: ",
                "[1] | [\"a [MASK]\"] | ,\"parameters\":{\"top_k\":\"5\"} | parameters.top_k ",
                "[1] | [\"a [MASK]\"] | ,\"parameters\":{\"topk\":5} | 'parameters '",
                "[1] | [\"a [MASK]\"] | ,\"parameters\":{\"targets\":7} | parameters.targets ",
                "[1] | [\"a [MASK]\"] | ,\"outputs\":[{\"name\":\"logits\"}] | outputs[0].name ",
                "[1] | [\"a [MASK]\"] | ,\"outputs\":[{}] | outputs[0] ",
                "[1] | [\"a [MASK]\"] | ,\"id\":1 | 'id '"
            })
    void whatDoesNotFitIsRefusedByItsField(String shape, String data, String more, String field) {
        assertThat(Answers.refusal(service.post(INFER, tensor(shape, data, more)), 400))
                .startsWith(field.strip());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | \"instances\"",
                "{\"instances\":\"a [MASK]\"} | instances",
                "{\"instances\":[]} | instances",
                "{\"instances\":[{\"texts\":\"a [MASK]\"}]} | instances[0]",
                "{\"instances\":[\"a [MASK]\",\"none\"]} | instances[1]:",
                "{\"instances\":[\"[MASK] [MASK]\"]} | instances[0]:",
                "{\"instances\":[\"[MASK]\"],\"parameters\":[]} | parameters"
            })
    void aBadInstanceIsRefusedByItsPlace(String body, String place) {
        assertThat(Answers.refusal(service.post(PREDICT, body), 400)).contains(place);
    }

    /** Whatever stands in a tensor's place, the answer is one or a refusal. */
    @Property(tries = 200, shrinking = ShrinkingMode.OFF)
    void anyValueAnywhereIsAnsweredOrRefused(
            @ForAll("values") String shape, @ForAll("values") String data, @ForAll("values") String more) {
        String body =
                "{\"inputs\":[{\"name\":\"text\",\"datatype\":\"BYTES\",\"shape\":%s,\"data\":%s}],\"outputs\":%s}"
                        .formatted(shape, data, more);

        Response response = service.post(INFER, body);

        if (response.statusCode() != 200) {
            Answers.refusal(response, 400);
        } else {
            assertThat(Answers.prediction(response).path("outputs").size())
                    .as(body)
                    .isPositive();
        }
    }

    @Provide
    Arbitrary<String> values() {
        return Arbitraries.oneOf(
                Arbitraries.of("[1]", "[\"[MASK]\"]", "[1,1]", "null", "[[\"a [MASK]\"]]", "[]"),
                Arbitraries.of(
                        "[{\"name\":\"score\"}]",
                        "[\"token\",\"token\"]",
                        "{}",
                        "[[[]]]",
                        "1e999",
                        "-0",
                        "\"\"",
                        "true"));
    }
}
