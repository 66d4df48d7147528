package dev.unmask.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.hamcrest.Matchers.blankOrNullString;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the service tells of itself. */
@ExtendWith(ToyService.class)
class InfoIT {
    private final Service service;

    InfoIT(Service service) {
        this.service = service;
    }

    @Test
    void infoShowsModelEngineLimitsAndVersions() {
        service.to()
                .when()
                .get("/info")
                .then()
                .statusCode(200)
                .body("task", equalTo("fill-mask"))
                .body("model.name", equalTo("toy-model"))
                .body("model.revision", matchesPattern("[0-9a-f]{12}"))
                .body("model.type", equalTo("bert"))
                .body("model.layers", equalTo(2))
                .body("model.vocabulary", equalTo(165))
                .body("model.positions", equalTo(512))
                .body("model.mask_token", equalTo("[MASK]"))
                .body("model.mask_token_id", equalTo(9))
                .body("model.embedding_size", nullValue())
                .body("engine.precision", equalTo("fp32"))
                .body("engine.head", equalTo("masks"))
                .body("engine.provider", endsWith("ExecutionProvider"))
                .body("engine.provider_reason", not(blankOrNullString()))
                .body("engine.threads", greaterThan(0))
                .body("defaults.top_k", equalTo(5))
                .body("versions.unmask", startsWith("0."))
                .body("versions.onnxruntime", equalTo("1.29.0"))
                .body("versions.tokenizers", endsWith("0.38.0"))
                .body("versions.java", equalTo(Runtime.version().toString()));
    }

    @Test
    void infoShowsTheDefaultsOfAllLimits() {
        Map<String, Integer> limits =
                new HashMap<>(service.get("/info").jsonPath().getMap("limits", String.class, Integer.class));

        // An eighth of the heap of 512 MiB that the tests give the service; collectors count it a little differently.
        assertThat(limits.remove("bodies_bytes")).isBetween(60 << 20, 64 << 20);
        assertThat(limits.remove("answers_bytes")).isBetween(60 << 20, 64 << 20);
        assertThat(limits)
                .isEqualTo(Map.ofEntries(
                        Map.entry("body_bytes", 1048576),
                        Map.entry("inputs", 256),
                        Map.entry("characters", 32768),
                        Map.entry("tokens", 512),
                        Map.entry("masks", 512),
                        Map.entry("targets", 4096),
                        Map.entry("target_characters", 256),
                        Map.entry("json_depth", 64),
                        Map.entry("answer_tokens", 4194304),
                        Map.entry("request_timeout_ms", 30000),
                        Map.entry("queue_tokens", 65536),
                        Map.entry("request_id_characters", 100),
                        Map.entry("connections", 2048),
                        Map.entry("header_timeout_ms", 10000),
                        Map.entry("body_timeout_ms", 30000),
                        Map.entry("write_timeout_ms", 30000)));
    }

    /** What the limits mean in time is measured on the machine. */
    @Test
    void infoSaysHowFastTheModelIs() {
        Map<String, Integer> speed = service.get("/info").jsonPath().getMap("speed", String.class, Integer.class);

        assertThat(speed)
                .containsOnlyKeys("tokens_per_second", "longest_text_ms", "tokens_within_timeout", "queue_seconds");
        assertThat(speed.get("tokens_per_second")).isPositive();
        assertThat(speed.get("tokens_within_timeout") / (double) speed.get("tokens_per_second"))
                .isCloseTo(30, within(0.1));
    }

    @Test
    void theContractIsOpenAndListsThePaths() {
        service.anonymous()
                .accept(ContentType.JSON)
                .when()
                .get("/swagger.json")
                .then()
                .statusCode(200)
                .body("openapi", startsWith("3."))
                .body("info.title", equalTo("Unmask"))
                .body(
                        "paths.keySet()",
                        containsInAnyOrder(
                                "/",
                                "/predict",
                                "/score",
                                "/embeddings",
                                "/health",
                                "/info",
                                "/v1/models",
                                "/v1/models/{model}",
                                "/v1/models/{model}:predict",
                                "/v2",
                                "/v2/health/live",
                                "/v2/health/ready",
                                "/v2/models/{model}",
                                "/v2/models/{model}/infer",
                                "/v2/models/{model}/ready",
                                "/v2/models/{model}/versions/{version}",
                                "/v2/models/{model}/versions/{version}/infer",
                                "/v2/models/{model}/versions/{version}/ready"))
                .body("paths.'/'.post.requestBody.content.keySet()", contains("application/json"))
                .body("components.schemas.FillMaskRequest.required[0]", equalTo("inputs"))
                .body("components.securitySchemes.bearer.scheme", equalTo("bearer"));
    }

    @Test
    void theContractDescribesEveryJsonAnswerByASchemaThatItHas() {
        JsonPath contract = service.anonymous()
                .accept(ContentType.JSON)
                .when()
                .get("/swagger.json")
                .jsonPath();
        List<String> schemas = contract.getList("paths.collectMany { it.value.values() }"
                + ".collect { it.responses.'200'?.content?.'application/json' }.findAll { it != null }"
                + ".collect { it.schema?.'$ref' }");
        List<String> known =
                contract.getList("components.schemas.keySet().collect { '#/components/schemas/' + it }", String.class);

        assertThat(schemas).hasSizeGreaterThan(10).isSubsetOf(known);
    }

    @ParameterizedTest
    @CsvSource({"/, 200", "/embeddings, 404", "/v2/models/{model}/infer, 200", "/v1/models/{model}:predict, 200"})
    void theContractsExamplesAreRequestsThatAreRead(String path, int status) {
        Map<String, Map<String, Object>> examples = service.anonymous()
                .accept(ContentType.JSON)
                .when()
                .get("/swagger.json")
                .jsonPath()
                .getMap("paths.'%s'.post.requestBody.content.'application/json'.examples".formatted(path));

        assertThat(examples).isNotEmpty();
        examples.values().forEach(example -> assertThat(
                        service.post(path.replace("{model}", "toy-model"), Json.string(example.get("value")))
                                .statusCode())
                .as(example.toString())
                .isEqualTo(status));
    }

    @Test
    void itsPageIsOpenAndShowsTheContract() {
        service.anonymous()
                .when()
                .get("/q/swagger-ui")
                .then()
                .statusCode(302)
                .header("Location", equalTo("/q/swagger-ui/"));
        service.anonymous()
                .when()
                .get("/q/swagger-ui/")
                .then()
                .statusCode(200)
                .body(containsString("<title>Unmask</title>"), containsString("/swagger.json"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/q/", "/q/dev", "/q/openapi", "/q/health", "/q/swagger-ui.html"})
    void nothingElseOfTheServerIsOpen(String path) {
        service.anonymous().when().get(path).then().statusCode(401);
    }

    /** Sent as it is: a client would take the dots out of the path. */
    @Test
    void dotsInAPathOpenNothing() throws Exception {
        String answer =
                service.exchange("GET /q/swagger-ui/../../info HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 401 ");
    }
}
