package dev.unmask.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;

/** What answers look like, whatever they say. */
final class Answers {
    private Answers() {}

    /** Fails unless it is a refusal as docs/api.md has it; gives its sentence. */
    static String refusal(HttpResponse<String> response, int status) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(Service.header(response, "Content-Type")).containsExactly("application/json");
        JsonNode body = Json.read(response.body());
        assertThat(body.isObject() && body.size() == 1 && body.path("error").isTextual())
                .as("only an error in %s", response.body())
                .isTrue();
        assertThat(body.get("error").textValue()).isNotBlank();
        return body.get("error").textValue();
    }

    /** Fails unless it is a prediction; gives its JSON. */
    static JsonNode prediction(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(Service.header(response, "Content-Type")).containsExactly("application/json");
        return Json.read(response.body());
    }
}
