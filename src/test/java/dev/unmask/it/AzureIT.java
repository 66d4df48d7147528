package dev.unmask.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.response.Response;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A deployment with a name, in gateway mode. */
class AzureIT {
    private static final String QUESTION = "{\"inputs\":\"there is no [MASK] .\"}";

    private static Service service;

    @BeforeAll
    static void start() throws Exception {
        service = Service.ready(
                Program.folder(), Map.of("UNMASK_AZUREML_DEPLOYMENT", "blue", "UNMASK_AZUREML_GATEWAY", "true"));
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @Test
    void everyAnswerNamesTheDeployment() {
        assertThat(service.post(QUESTION).header("azureml-model-deployment")).isEqualTo("blue");
        assertThat(service.get("/info").header("azureml-model-deployment")).isEqualTo("blue");
        assertThat(service.anonymous().when().post("/score").header("azureml-model-deployment"))
                .isEqualTo("blue");
    }

    @Test
    void anotherDeploymentIsNotFoundHere() {
        Response other = service.posting(QUESTION)
                .header("azureml-model-deployment", "green")
                .when()
                .post("/score");
        Response own = service.posting(QUESTION)
                .header("azureml-model-deployment", "blue")
                .when()
                .post("/score");

        assertThat(Answers.refusal(other, 404)).contains("azureml-model-deployment", "blue");
        assertThat(other.header("ms-azureml-model-error-statuscode")).isNull();
        assertThat(own.statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/score | {\"inputs\":\"no mask\"} | 400",
                "/predict | no JSON | 400",
                "/embeddings | {\"inputs\":\"a text\"} | 404"
            })
    void whatTheModelRefusesIs424WithTheStatus(String path, String body, String status) {
        Response refused = service.post(path, body);

        assertThat(Answers.refusal(refused, 424)).isNotBlank();
        assertThat(refused.header("ms-azureml-model-error-statuscode")).isEqualTo(status);
        assertThat(refused.header("ms-azureml-model-error-reason")).isEqualTo("model_error");
    }

    @Test
    void whatIsTheGatewaysOwnStays() {
        assertThat(service.anonymous().when().post("/score").statusCode()).isEqualTo(401);
        assertThat(service.get("/nowhere").statusCode()).isEqualTo(404);
        assertThat(service.get("/health").statusCode()).isEqualTo(200);
    }

    @Test
    void anAnswerNamesItsModelAndItsRevision() {
        assertThat(service.post(QUESTION).header("x-unmask-model")).matches("toy-model@[0-9a-f]{12}");
        assertThat(service.get("/health").header("x-unmask-model")).isNull();
    }
}
