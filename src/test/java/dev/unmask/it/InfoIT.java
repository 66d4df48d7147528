package dev.unmask.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the service tells of itself. */
@ExtendWith(ToyService.class)
class InfoIT {
    private final Service service;

    InfoIT(Service service) {
        this.service = service;
    }

    private JsonNode info() throws Exception {
        HttpResponse<String> response = service.get("/info");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return Json.read(response.body());
    }

    @Test
    void infoShowsModelEngineLimitsAndVersions() throws Exception {
        JsonNode info = info();

        assertThat(info.path("task").asText()).isEqualTo("fill-mask");
        JsonNode model = info.path("model");
        assertThat(model.path("name").asText()).isEqualTo("toy-model");
        assertThat(model.path("revision").asText()).matches("[0-9a-f]{12}");
        assertThat(model.path("type").asText()).isEqualTo("bert");
        assertThat(model.path("layers").intValue()).isEqualTo(2);
        assertThat(model.path("vocabulary").intValue()).isEqualTo(165);
        assertThat(model.path("positions").intValue()).isEqualTo(512);
        assertThat(model.path("mask_token").asText()).isEqualTo("[MASK]");
        assertThat(model.path("mask_token_id").intValue()).isEqualTo(9);
        JsonNode engine = info.path("engine");
        assertThat(engine.path("precision").asText()).isEqualTo("fp32");
        assertThat(engine.path("head").asText()).isEqualTo("masks");
        assertThat(engine.path("provider").asText()).endsWith("ExecutionProvider");
        assertThat(engine.path("provider_reason").asText()).isNotBlank();
        assertThat(engine.path("threads").intValue()).isPositive();
        assertThat(info.path("defaults").path("top_k").intValue()).isEqualTo(5);
        assertThat(info.path("versions").path("unmask").asText()).startsWith("0.");
        assertThat(info.path("versions").path("onnxruntime").asText()).isEqualTo("1.29.0");
        assertThat(info.path("versions").path("tokenizers").asText()).endsWith("0.38.0");
        assertThat(info.path("versions").path("java").asText())
                .isEqualTo(Runtime.version().toString());
    }

    @Test
    void infoShowsTheDefaultsOfAllLimits() throws Exception {
        JsonNode limits = info().path("limits");

        assertThat(limits).isEqualTo(Json.read("""
                                {"body_bytes": 1048576, "inputs": 256, "tokens": 512, "json_depth": 64, "answer_tokens": 4194304,
                                 "request_timeout_ms": 5000, "queue_tokens": 65536, "request_id_characters": 100}"""));
    }

    @Test
    void theContractIsOpenAndListsThePaths() throws Exception {
        HttpResponse<String> response =
                service.send(service.anonymous("/swagger.json").header("Accept", "application/json"));

        assertThat(response.statusCode()).isEqualTo(200);
        JsonNode document = Json.read(response.body());
        assertThat(document.path("openapi").asText()).startsWith("3.");
        assertThat(document.path("info").path("title").asText()).isEqualTo("Unmask");
        assertThat(document.path("paths").fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder("/", "/predict", "/score", "/health", "/info");
        assertThat(document.path("paths")
                        .path("/")
                        .path("post")
                        .path("requestBody")
                        .path("content")
                        .fieldNames())
                .toIterable()
                .containsExactly("application/json");
        assertThat(document.path("components")
                        .path("schemas")
                        .path("FillMaskRequest")
                        .path("required")
                        .path(0)
                        .asText())
                .isEqualTo("inputs");
        assertThat(document.path("components")
                        .path("securitySchemes")
                        .path("bearer")
                        .path("scheme")
                        .asText())
                .isEqualTo("bearer");
    }

    @Test
    void itsPageIsOpenAndShowsTheContract() throws Exception {
        HttpResponse<String> redirect = service.send(service.anonymous("/q/swagger-ui"));
        HttpResponse<String> page = service.send(service.anonymous("/q/swagger-ui/"));

        assertThat(redirect.statusCode()).isEqualTo(302);
        assertThat(Service.header(redirect, "Location")).containsExactly("/q/swagger-ui/");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains("<title>Unmask</title>", "/swagger.json");
    }

    @Test
    void nothingElseOfTheServerIsOpen() throws Exception {
        for (String path : new String[] {
            "/q/", "/q/dev", "/q/openapi", "/q/health", "/q/swagger-ui.html", "/q/swagger-ui/../../info"
        }) {
            assertThat(service.send(service.anonymous(path)).statusCode())
                    .as(path)
                    .isEqualTo(401);
        }
    }
}
