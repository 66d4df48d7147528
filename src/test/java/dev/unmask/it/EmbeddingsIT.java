package dev.unmask.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.unmask.checkpoint.Checkpoint;
import dev.unmask.graph.ReferenceBert;
import dev.unmask.text.Tokenizer;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Text embeddings of a model like CXR-BERT-specialized: the toy model with a projection head of random weights. */
class EmbeddingsIT {
    private static final int SIZE = 24;
    private static final List<String> TEXTS = List.of(
            "There is no pneumothorax or pleural effusion",
            "No pleural effusion or pneumothorax is seen",
            "",
            "The extent of the pleural effusion is [MASK].",
            "the heart is not enlarged . ".repeat(12));

    private static Path checkpoint;
    private static Service service;

    @BeforeAll
    static void start() throws Exception {
        checkpoint = new ToyCheckpoint()
                .configured("model_type", "cxr-bert")
                .configured("projection_size", SIZE)
                .withProjection(SIZE, new Random(3))
                .write(Program.folder().resolve("toy-specialized"));
        service = Service.ready(
                Program.folder(),
                Map.of(
                        "UNMASK_MODEL",
                        checkpoint.toString(),
                        "UNMASK_LIMITS_INPUTS",
                        "8",
                        "UNMASK_LIMITS_TOKENS",
                        "200"));
    }

    @AfterAll
    static void stop() {
        if (service != null) {
            service.close();
        }
    }

    private static Response embed(String inputs) throws Exception {
        return service.post("/embeddings", "{\"inputs\":%s}".formatted(inputs));
    }

    private static List<double[]> vectors(Response response) {
        return StreamSupport.stream(Answers.prediction(response).spliterator(), false)
                .map(vector -> {
                    assertThat(vector.isArray()).isTrue();
                    return IntStream.range(0, vector.size())
                            .mapToDouble(i -> vector.get(i).doubleValue())
                            .toArray();
                })
                .toList();
    }

    private static String json(List<String> texts) {
        return "[%s]"
                .formatted(String.join(",", texts.stream().map(Json::string).toList()));
    }

    @Test
    void theEmbeddingsAreThoseOfTheFormulaInDoublePrecision() throws Exception {
        List<double[]> embeddings = vectors(embed(json(TEXTS)));

        assertThat(embeddings).hasSize(TEXTS.size());
        try (Checkpoint opened = Checkpoint.open(checkpoint);
                Tokenizer tokenizer = Tokenizer.open(checkpoint)) {
            ReferenceBert reference = new ReferenceBert(opened);
            for (int i = 0; i < TEXTS.size(); i++) {
                double[] expected = reference.embedding(tokenizer.encode(TEXTS.get(i), true));
                assertThat(embeddings.get(i)).hasSize(SIZE).containsExactly(expected, within(1e-5));
            }
        }
        for (double[] embedding : embeddings) {
            double squares = IntStream.range(0, SIZE)
                    .mapToDouble(i -> embedding[i] * embedding[i])
                    .sum();
            assertThat(squares).isCloseTo(1, within(1e-6));
        }
    }

    @Test
    void oneTextHasAListOfOneVectorAndNoTextsHaveNone() throws Exception {
        List<double[]> alone = vectors(embed(Json.string(TEXTS.get(0))));
        List<double[]> together = vectors(embed(json(TEXTS)));

        assertThat(alone).hasSize(1);
        assertThat(alone.get(0)).containsExactly(together.get(0), within(1e-6));
        assertThat(vectors(embed(json(TEXTS.subList(0, 1)))).get(0)).containsExactly(alone.get(0));
        assertThat(vectors(embed("[]"))).isEmpty();
    }

    @Test
    void theAnswerSaysThatItRanAndCarriesTheIds() throws Exception {
        Response response = service.posting("{\"inputs\":\"clear\",\"parameters\":null}")
                .header("x-ms-client-request-id", "mine")
                .when()
                .post("/embeddings/");

        assertThat(vectors(response)).hasSize(1);
        assertThat(Answers.header(response, "x-ms-run-function-failed")).containsExactly("False");
        assertThat(Answers.header(response, "x-ms-run-fn-exec-ms")).hasSize(1);
        assertThat(Answers.header(response, "x-ms-client-request-id")).containsExactly("mine");
    }

    @Test
    void theModelStillFillsMasksAndInfoShowsBoth() throws Exception {
        service.assertAnswers();
        JsonNode info = Json.read(service.get("/info").asString());

        assertThat(info.path("task").asText()).isEqualTo("fill-mask");
        assertThat(info.path("model").path("type").asText()).isEqualTo("cxr-bert");
        assertThat(info.path("model").path("embedding_size").intValue()).isEqualTo(SIZE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | The body has no key \"inputs\"; it must be {\"inputs\": \"…\"}.",
                "{\"inputs\": {\"inputs\": \"a\"}} | inputs is an object; it must be a string or a list of strings.",
                "{\"inputs\": [\"a\", 1]} | inputs[1] is a number; every element of inputs must be a string.",
                "{\"inputs\": \"a\", \"parameters\": 7} | parameters is a number; it must be an object.",
                "{\"inputs\": \"a\", \"parameters\": {\"top_k\": 1}} | parameters has an unknown key (number 1 of 1); allowed are tokenizer_kwargs.",
                "{\"inputs\": [\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\"]} | inputs has 9 texts; at most 8 are allowed in a request.",
                "{\"inputs\": \"a\", \"parameters\": {\"tokenizer_kwargs\": {\"add_special_tokens\": false}}} | parameters.tokenizer_kwargs.add_special_tokens is false, but",
                "[] | The body is a JSON list; it must be an object with the key \"inputs\"."
            })
    void whatIsNoTextsIsRefusedWithASentence(String body, String sentence) throws Exception {
        assertThat(Answers.refusal(service.post("/embeddings", body), 400)).startsWith(sentence);
    }

    @Test
    void aTextThatIsTooLongIsRefusedByItsIndexWithItsCount() throws Exception {
        String refusal = Answers.refusal(embed(json(List.of("clear", "clear ".repeat(300)))), 400);

        assertThat(refusal)
                .matches("inputs\\[1\\]: The text has \\d+ tokens; at most 200 are allowed, .* Shorten it, or .*");
    }

    @Test
    void aTextThatIsTooLongIsCutWhereThatIsAskedFor() throws Exception {
        Response cut = service.post(
                "/embeddings",
                "{\"inputs\":%s,\"parameters\":{\"tokenizer_kwargs\":{\"truncation\":true}}}"
                        .formatted(Json.string("the ".repeat(300))));

        assertThat(vectors(cut).get(0))
                .containsExactly(vectors(embed(Json.string("the ".repeat(198)))).get(0), within(1e-5));
    }

    @Test
    void theFrontDoorIsThatOfPredictions() throws Exception {
        Answers.refusal(service.anonymous().body("{}").when().post("/embeddings"), 401);
        Response get = service.get("/embeddings");
        Answers.refusal(get, 405);
        assertThat(Answers.header(get, "Allow")).containsExactly("OPTIONS, POST");
        Answers.refusal(
                service.to().contentType(ContentType.TEXT).body("clear").when().post("/embeddings"), 415);
        Answers.refusal(service.posting("{}").accept(ContentType.HTML).when().post("/embeddings"), 406);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"inputs\":\"qzxjvk [MASK]\"}", "{\"inputs\":[\"qzxjvk\",{}]}", "{\"qzxjvk\":", "qzxjvk"})
    void noPartOfATextIsQuotedOrLogged(String body) throws Exception {
        Response response = service.post("/embeddings", body);

        assertThat(response.asString()).doesNotContain("qzxjvk");
        assertThat(response.headers().toString()).doesNotContain("qzxjvk");
        assertThat(service.log()).doesNotContain("qzxjvk");
    }
}
