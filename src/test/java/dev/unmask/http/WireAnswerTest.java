package dev.unmask.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.unmask.fillmask.Answer;
import dev.unmask.fillmask.Prediction;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import org.junit.jupiter.api.Test;

/** The shapes and the digits of answers. */
class WireAnswerTest {
    private static final Prediction THE = new Prediction(0.5f, 114, "the", "is the");
    private static final String THE_JSON =
            "{\"score\":0.5,\"token\":114,\"token_str\":\"the\",\"sequence\":\"is the\"}";
    private static final List<Prediction> MASK = List.of(THE);

    @Test
    void oneMaskIsAListOfPredictions() {
        assertThat(body(List.of(List.of(List.of(THE, THE))))).isEqualTo("[" + THE_JSON + "," + THE_JSON + "]");
    }

    @Test
    void severalMasksAndSeveralTextsEachAddAList() {
        String mask = "[" + THE_JSON + "]";

        assertThat(body(List.of(List.of(MASK, MASK)))).isEqualTo("[" + mask + "," + mask + "]");
        assertThat(body(List.of(List.of(MASK), List.of(MASK)))).isEqualTo("[" + mask + "," + mask + "]");
        assertThat(body(List.of(List.of(MASK, MASK), List.of(MASK))))
                .isEqualTo("[[" + mask + "," + mask + "]," + mask + "]");
    }

    @Test
    void nothingIsAnEmptyListForEachMask() {
        assertThat(body(List.of())).isEqualTo("[]");
        assertThat(body(List.of(List.of(List.of())))).isEqualTo("[]");
        assertThat(body(List.of(List.of(List.of(), List.of())))).isEqualTo("[[],[]]");
    }

    /** Numbers of the recorded contract. */
    @Test
    void scoresHaveTheDigitsOfTheWidenedFloat() {
        assertThat(body(List.of(List.of(List.of(new Prediction(0.7261265f, 1, "a", "a"))))))
                .contains("\"score\":0.726126492023468");
        assertThat(body(List.of(List.of(List.of(new Prediction(0.1f, 1, "a", "a"))))))
                .startsWith("[{\"score\":0.10000000149011612,");
    }

    @Property
    void everyScoreIsReadBackExactly(@ForAll @FloatRange(min = 0, max = 1) float score) throws JsonProcessingException {
        JsonNode read =
                new ObjectMapper().readTree(body(List.of(List.of(List.of(new Prediction(score, 1, "a", "a"))))));

        assertThat(read.get(0).get("score").doubleValue()).isEqualTo(score);
    }

    @Test
    void textIsRawUtf8WithOnlyWhatMustBeEscaped() {
        Prediction prediction = new Prediction(1, 2, "\u00e9\"", "\u4e2d \ud83d\ude00 \\ \n \u0007");

        assertThat(body(List.of(List.of(List.of(prediction)))))
                .endsWith("\"token_str\":\"\u00e9\\\"\",\"sequence\":\"\u4e2d \ud83d\ude00 \\\\ \\n \\u0007\"}]");
    }

    @Test
    void theAnswerIsJsonWithAHeaderForEachWarning() {
        Response response = WireAnswer.response(new Answer(List.of(), List.of("one", "two")));

        assertThat(response.getStatus()).isEqualTo(200);
        assertThat(response.getMediaType()).isEqualTo(MediaType.APPLICATION_JSON_TYPE);
        assertThat(response.getHeaders().get("X-Unmask-Warning")).isEqualTo(List.of("one", "two"));
        assertThat(WireAnswer.response(new Answer(List.of(), List.of())).getHeaders())
                .doesNotContainKey("X-Unmask-Warning");
    }

    @Test
    void afterTwentyWarningsTheRestIsCounted() {
        List<String> warnings =
                IntStream.range(0, 25).mapToObj(i -> "warning " + i).toList();

        List<Object> headers = WireAnswer.response(new Answer(List.of(), warnings))
                .getHeaders()
                .get("X-Unmask-Warning");

        assertThat(headers).hasSize(21).startsWith("warning 0").endsWith("warning 19", "5 more like these");
    }

    private static String body(List<List<List<Prediction>>> texts) {
        return new String(
                (byte[]) WireAnswer.response(new Answer(texts, List.of())).getEntity(), UTF_8);
    }
}
