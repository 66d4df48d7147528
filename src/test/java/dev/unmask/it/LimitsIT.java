package dev.unmask.it;

import static dev.unmask.it.Answers.header;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The edges of what a request may ask for, and the sentences beyond them. */
@ExtendWith(ToyService.class)
class LimitsIT {
    private static final int MEBIBYTE = 1 << 20;

    private final Service service;

    LimitsIT(Service service) {
        this.service = service;
    }

    /** A question in exactly so many bytes; white space is no token. */
    private static String question(int bytes) {
        String plain = "{\"inputs\":\"there is no [MASK] .\"}";
        return plain + " ".repeat(bytes - plain.length());
    }

    @Test
    void aBodyOfOneMebibyteIsRead() {
        assertThat(Answers.prediction(service.post(question(MEBIBYTE)))).hasSize(5);
    }

    @Test
    void aByteMoreIs413() {
        Response response = service.post(question(MEBIBYTE + 1));

        assertThat(Answers.refusal(response, 413)).contains("1048576", "UNMASK_LIMITS_BODY");
        service.assertAnswers();
    }

    @Test
    void aByteMoreInChunksIs413Too() {
        byte[] body = question(MEBIBYTE + 1).getBytes(StandardCharsets.UTF_8);

        Response response = service.to()
                .contentType(ContentType.JSON)
                .body(new ByteArrayInputStream(body))
                .when()
                .post("/predict");

        assertThat(Answers.refusal(response, 413)).contains("limit");
        service.assertAnswers();
    }

    @Test
    void aLengthThatLiesIsRefusedBeforeTheBodyIsSent() throws Exception {
        String head =
                "POST /predict HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Length: 99999999999\r\n\r\n";

        String answer = service.exchange(head.formatted(Service.KEY));

        assertThat(answer).startsWith("HTTP/1.1 413 ").contains("{\"error\":\"The body has more than");
    }

    private Response texts(int number) {
        String texts = String.join(",", Collections.nCopies(number, "\"a [MASK]\""));
        return service.post("{\"inputs\":[%s],\"parameters\":{\"top_k\":1}}".formatted(texts));
    }

    @Test
    void aRequestMayHave256Texts() {
        JsonNode answer = Answers.prediction(texts(256));

        assertThat(answer).hasSize(256).allMatch(rows -> rows.size() == 1);
        assertThat(Answers.refusal(texts(257), 400)).contains("257", "256");
    }

    private static String tokens(int number) {
        return "{\"inputs\":\"[MASK]%s\",\"parameters\":{\"top_k\":1}}".formatted(" lung".repeat(number - 3));
    }

    @Test
    void aTextMayHaveAsManyTokensAsTheModelHasPositions() {
        assertThat(Answers.prediction(service.post(tokens(512)))).hasSize(1);
        assertThat(Answers.refusal(service.post(tokens(513)), 400)).contains("513", "512", "truncation");
        assertThat(Answers.refusal(service.post(tokens(4000)), 400)).contains("4000");
    }

    @Test
    void aListNamesTheTextAtFault() {
        String tooLong = "[MASK]" + " lung".repeat(600);

        assertThat(Answers.refusal(service.post("{\"inputs\":[\"a [MASK]\",\"%s\"]}".formatted(tooLong)), 400))
                .contains("inputs[1]", "603");
        assertThat(Answers.refusal(service.post("{\"inputs\":[\"a [MASK]\",\"a [MASK]\",\"b\"]}"), 400))
                .isEqualTo("inputs[2]: No mask_token ([MASK]) found on the input");
        assertThat(Answers.refusal(service.post("{\"inputs\":[\"a [MASK]\",7]}"), 400))
                .contains("inputs[1]", "number");
    }

    private Response nested(int depth) {
        int lists = depth - 1;
        return service.post(
                "{\"ignored\":%s1%s,\"inputs\":\"a [MASK]\"}".formatted("[".repeat(lists), "]".repeat(lists)));
    }

    @Test
    void jsonMayBe64LevelsDeep() {
        Answers.prediction(nested(64));
        assertThat(Answers.refusal(nested(65), 400)).contains("64");
        assertThat(Answers.refusal(nested(100_000), 400)).contains("64");
    }

    @ParameterizedTest
    @CsvSource({
        "'{\"top_k\":166}', top_k, 165",
        "'{\"top_k\":-1}', top_k, 165",
        "'{\"top_k\":100000000000000000000}', top_k, range",
        "'{\"top_k\":2.0}', top_k, integer",
        "'{\"top_k\":\"3\"}', top_k, integer",
        "'{\"top_k\":[1]}', top_k, integer",
        "'{\"targets\":{\"lung\":1}}', targets, list",
        "'{\"targets\":[\"lung\",null]}', targets[1], string",
        "'{\"batch_size\":-1}', batch_size, 0",
        "'{\"num_workers\":\"2\"}', num_workers, integer",
        "'{\"tokenizer_kwargs\":{\"return_tensors\":\"pt\"}}', tokenizer_kwargs, truncation",
        "'{\"tokenizer_kwargs\":{\"truncation\":3}}', truncation, longest_first",
        "'{\"tokenizer_kwargs\":{\"max_length\":2}}', max_length, 3",
        "'{\"inputs\":\"a [MASK]\"}', parameters, allowed",
        "'[]', parameters, object",
    })
    void aBadParameterIsNamed(String parameters, String name, String allowed) {
        Response response = service.post("{\"inputs\":\"a [MASK]\",\"parameters\":%s}".formatted(parameters));

        assertThat(Answers.refusal(response, 400)).contains(name, allowed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "{}", "{\"top_k\":null}", "{\"batch_size\":0,\"num_workers\":4}"})
    void parametersThatSayNothingAreLeftOut(String parameters) {
        Response response = service.post("{\"inputs\":\"a [MASK]\",\"parameters\":%s}".formatted(parameters));

        assertThat(Answers.prediction(response)).hasSize(5);
        assertThat(header(response, "X-Unmask-Warning")).isEmpty();
    }
}
