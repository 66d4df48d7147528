package dev.unmask.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.unmask.fillmask.Answer;
import dev.unmask.fillmask.Prediction;
import java.io.IOException;
import java.util.List;

/** Writes an answer as TensorFlow Serving's {@code :predict} does: under {@code predictions}, a list for each instance. */
final class InstancesAnswer extends JsonPieces {
    private final List<List<Prediction>> rows;
    private boolean begun;
    private int row;
    private int column;

    /** @param answer of texts with one mask each */
    InstancesAnswer(Answer answer) {
        this.rows = answer.ofOneMask();
    }

    @Override
    boolean write(JsonGenerator json) throws IOException {
        if (!begun) {
            begun = true;
            json.writeStartObject();
            json.writeArrayFieldStart("predictions");
            json.writeStartArray();
        } else if (column < rows.get(row).size()) {
            WireAnswer.write(json, rows.get(row).get(column++));
        } else {
            json.writeEndArray();
            column = 0;
            if (++row == rows.size()) {
                json.writeEndArray();
                json.writeEndObject();
                return false;
            }
            json.writeStartArray();
        }
        return true;
    }
}
