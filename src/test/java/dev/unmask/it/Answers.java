package dev.unmask.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.restassured.response.Response;
import java.util.List;

/** What answers look like, whatever they say. */
final class Answers {
    private Answers() {}

    /** Fails unless it is a refusal as docs/api.md has it; gives its sentence. */
    static String refusal(Response response, int status) {
        assertThat(response.statusCode()).as(response.asString()).isEqualTo(status);
        assertThat(header(response, "Content-Type")).containsExactly("application/json");
        JsonNode body = Json.read(response.asString());
        assertThat(body.isObject() && body.size() == 1 && body.path("error").isTextual())
                .as("only an error in %s", response.asString())
                .isTrue();
        assertThat(body.get("error").textValue()).isNotBlank();
        return body.get("error").textValue();
    }

    /** Fails unless it is a prediction; gives its JSON. */
    static JsonNode prediction(Response response) {
        assertThat(response.statusCode()).as(response.asString()).isEqualTo(200);
        assertThat(header(response, "Content-Type")).containsExactly("application/json");
        return Json.read(response.asString());
    }

    /** The values of all headers whose name is {@code name}. */
    static List<String> header(Response response, String name) {
        return response.headers().getValues(name);
    }
}
