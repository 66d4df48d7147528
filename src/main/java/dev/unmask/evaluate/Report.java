package dev.unmask.evaluate;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;

/**
 * The results of an evaluation; docs/evaluation.md describes its JSON.
 *
 * @param texts how many texts there were
 * @param words how many words they have, separated by white space
 * @param sample how many positions were requested, or null for all of them
 * @param seed the random seed of the sample
 * @param models the models in the order they were named
 * @param agreement each other model's agreement with the one of {@code --against}; empty without it
 * @param notices what the user should know about these models and texts
 * @param caveats what the numbers do not mean
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record Report(
        int texts,
        long words,
        @JsonInclude Integer sample,
        long seed,
        List<Evaluation> models,
        List<Agreement> agreement,
        List<String> notices,
        List<String> caveats) {
    /** What the numbers never mean. */
    static final List<String> CAVEATS = List.of(
            "They hold for these texts and these files only. Published mask accuracies are of other checkpoints on"
                    + " credentialed data, and can neither be confirmed nor refuted by them.",
            "Pieces are masked one at a time, not whole words: with the rest of its word in sight a piece is easy, so a"
                    + " vocabulary that spells words in many pieces looks better than it is.",
            "Pseudo-perplexity is per piece. Like accuracy it compares models of one vocabulary; across vocabularies read it"
                    + " with the pieces per text and the unknown pieces, which are never masked.",
            "Predicting a masked piece well is no measure of clinical correctness.");

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    /** As one JSON object. */
    public String toJson() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a report is plain data", impossible);
        }
    }
}
