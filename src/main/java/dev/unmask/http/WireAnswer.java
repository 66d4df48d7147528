package dev.unmask.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.unmask.fillmask.Answer;
import dev.unmask.fillmask.Prediction;
import dev.unmask.fillmask.TargetWarning;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

/**
 * Writes answers in the reference's shape: one text with one mask is a list of predictions; several masks, and several
 * texts, each add an outer list.
 */
final class WireAnswer extends JsonPieces {
    /** The header for warnings about the request. */
    static final String WARNING = "X-Unmask-Warning";

    /** Warnings are for people; a request with thousands of odd targets must not produce thousands of headers. */
    private static final int MOST_WARNINGS = 20;

    /** Before the first element of a list. */
    private static final int BEGIN = -1;

    private final List<List<List<Prediction>>> texts;
    private int text = BEGIN;
    private int mask = BEGIN;
    private int prediction = BEGIN;

    WireAnswer(Answer answer) {
        this.texts = answer.texts();
    }

    /** The values of the header {@link #WARNING}. */
    static List<String> warnings(Answer answer) {
        List<TargetWarning> all = answer.warnings();
        Stream<String> some = all.stream().limit(MOST_WARNINGS).map(WireAnswer::sentence);
        return all.size() <= MOST_WARNINGS
                ? some.toList()
                : Stream.concat(some, Stream.of("%d more like these".formatted(all.size() - MOST_WARNINGS)))
                        .toList();
    }

    private static String sentence(TargetWarning warning) {
        return warning.piece().isPresent()
                ? "targets[%d] is not in the vocabulary; its first piece, token %d, was used instead"
                        .formatted(warning.target(), warning.piece().getAsInt())
                : "targets[%d] has no token of the vocabulary and was ignored".formatted(warning.target());
    }

    @Override
    boolean write(JsonGenerator json) throws IOException {
        if (text == BEGIN) {
            beginUnlessOne(json, texts);
            text = 0;
        } else if (text == texts.size()) {
            endUnlessOne(json, texts);
            return false;
        } else if (writeText(json, texts.get(text))) {
            text++;
            mask = BEGIN;
        }
        return true;
    }

    /** Writes a part of the text; true at its end. */
    private boolean writeText(JsonGenerator json, List<List<Prediction>> masks) throws IOException {
        if (mask == BEGIN) {
            beginUnlessOne(json, masks);
            mask = 0;
        } else if (mask == masks.size()) {
            endUnlessOne(json, masks);
            return true;
        } else if (writeMask(json, masks.get(mask))) {
            mask++;
            prediction = BEGIN;
        }
        return false;
    }

    private boolean writeMask(JsonGenerator json, List<Prediction> predictions) throws IOException {
        if (prediction == BEGIN) {
            json.writeStartArray();
        } else if (prediction < predictions.size()) {
            write(json, predictions.get(prediction));
        } else {
            json.writeEndArray();
            return true;
        }
        prediction++;
        return false;
    }

    private static void beginUnlessOne(JsonGenerator json, List<?> elements) throws IOException {
        if (elements.size() != 1) {
            json.writeStartArray();
        }
    }

    private static void endUnlessOne(JsonGenerator json, List<?> elements) throws IOException {
        if (elements.size() != 1) {
            json.writeEndArray();
        }
    }

    /** Writes one prediction, an object. */
    static void write(JsonGenerator json, Prediction prediction) throws IOException {
        json.writeStartObject();
        // Widened like the reference's: the shortest digits of the double, not of the float.
        json.writeNumberField("score", (double) prediction.score());
        json.writeNumberField("token", prediction.token());
        json.writeStringField("token_str", prediction.tokenText());
        json.writeStringField("sequence", prediction.sequence());
        json.writeEndObject();
    }
}
