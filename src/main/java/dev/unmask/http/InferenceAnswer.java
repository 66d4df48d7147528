package dev.unmask.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.unmask.fillmask.Answer;
import dev.unmask.fillmask.Prediction;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * Writes an answer in the Open Inference Protocol: each tensor flat, row by row. A mask's predictions are decoded once if
 * they are few, as they nearly always are; otherwise once for each tensor, instead of being kept.
 */
final class InferenceAnswer extends JsonPieces {
    private final String model;
    private final String version;
    private final Optional<String> id;
    private final List<List<Prediction>> rows;
    private final int columns;
    private final Iterator<Inference.Output> outputs;
    private Inference.Output output;
    private int row;
    private int column;

    /**
     * @param model the model's name
     * @param version its revision
     * @param inference the request
     * @param answer a row of predictions for each text, all of one length
     */
    InferenceAnswer(String model, String version, Inference inference, Answer answer) {
        this.model = model;
        this.version = version;
        this.id = inference.id();
        this.rows = answer.ofOneMask();
        this.columns = rows.get(0).size();
        this.outputs = inference.outputs().iterator();
    }

    @Override
    boolean write(JsonGenerator json) throws IOException {
        if (output == null) {
            begin(json);
            next(json);
        } else if (row < rows.size() && columns > 0) {
            write(json, rows.get(row).get(column));
            column = (column + 1) % columns;
            row += column == 0 ? 1 : 0;
        } else {
            json.writeEndArray();
            json.writeEndObject();
            if (!outputs.hasNext()) {
                json.writeEndArray();
                json.writeEndObject();
                return false;
            }
            next(json);
        }
        return true;
    }

    private void begin(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("model_name", model);
        json.writeStringField("model_version", version);
        if (id.isPresent()) {
            json.writeStringField("id", id.get());
        }
        json.writeArrayFieldStart("outputs");
    }

    private void next(JsonGenerator json) throws IOException {
        output = outputs.next();
        row = 0;
        column = 0;
        json.writeStartObject();
        json.writeStringField("name", output.label());
        json.writeStringField("datatype", output.datatype());
        json.writeArrayFieldStart("shape");
        json.writeNumber(rows.size());
        json.writeNumber(columns);
        json.writeEndArray();
        json.writeArrayFieldStart("data");
    }

    private void write(JsonGenerator json, Prediction prediction) throws IOException {
        switch (output) {
            case SCORE -> json.writeNumber((double) prediction.score());
            case TOKEN -> json.writeNumber(prediction.token());
            case TOKEN_STR -> json.writeString(prediction.tokenText());
            case SEQUENCE -> json.writeString(prediction.sequence());
        }
    }
}
