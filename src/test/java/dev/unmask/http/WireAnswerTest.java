package dev.unmask.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.unmask.fillmask.Answer;
import dev.unmask.fillmask.Prediction;
import dev.unmask.fillmask.TargetWarning;
import java.io.ByteArrayOutputStream;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
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
    void aLargeAnswerIsMadeInPiecesThatAreItsText() throws JsonProcessingException {
        Prediction prediction = new Prediction(0.5f, 1, "a", "\ud83d\ude00".repeat(500));
        List<List<List<Prediction>>> texts = Collections.nCopies(7, List.of(Collections.nCopies(40, prediction)));
        WireAnswer pieces = new WireAnswer(new Answer(texts, List.of()));

        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        while (!pieces.complete()) {
            byte[] piece = pieces.next();
            assertThat(piece.length).isLessThan(JsonPieces.PIECE + 20_000);
            assertThat(pieces.complete() || piece.length >= JsonPieces.PIECE).isTrue();
            whole.writeBytes(piece);
        }

        JsonNode read = new ObjectMapper().readTree(whole.toString(UTF_8));
        assertThat(read).hasSize(7).allSatisfy(text -> assertThat(text)
                .hasSize(40)
                .allSatisfy(row -> assertThat(row.get("sequence").textValue()).isEqualTo(prediction.sequence())));
    }

    @Test
    void afterTwentyWarningsTheRestIsCounted() {
        List<TargetWarning> warnings = IntStream.range(0, 25)
                .mapToObj(i -> new TargetWarning(i, i % 2 == 0 ? OptionalInt.empty() : OptionalInt.of(7)))
                .toList();

        assertThat(WireAnswer.warnings(new Answer(List.of(), warnings.subList(0, 20))))
                .hasSize(20);
        assertThat(WireAnswer.warnings(new Answer(List.of(), warnings)))
                .hasSize(21)
                .startsWith(
                        "targets[0] has no token of the vocabulary and was ignored",
                        "targets[1] is not in the vocabulary; its first piece, token 7, was used instead")
                .endsWith("5 more like these");
    }

    private static String body(List<List<List<Prediction>>> texts) {
        WireAnswer pieces = new WireAnswer(new Answer(texts, List.of()));
        String whole = new String(pieces.next(), UTF_8);
        assertThat(pieces.complete()).isTrue();
        return whole;
    }
}
