package dev.unmask.evaluate;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.unmask.store.Manifest;
import java.util.Arrays;
import java.util.List;

/**
 * One model measured on the texts.
 *
 * @param model the model as the user named it
 * @param name its name
 * @param revision its revision
 * @param precision its precision
 * @param vocabulary distinct tokens of its vocabulary, special ones included
 * @param pieces pieces of all texts, without the added special tokens
 * @param piecesPerText their average
 * @param piecesOverWordsPercent how many more pieces than words there are, in percent of the words
 * @param unknownPieceRate share of the pieces that are the unknown token, 0 to 1
 * @param splitTexts texts that were too long for the model and were split
 * @param maskablePositions positions whose piece is not a special token
 * @param positions how many of them were measured
 * @param top1Accuracy share of the measured positions whose piece is ranked first, 0 to 1
 * @param top5Accuracy share of the measured positions whose piece is among the first five, 0 to 1
 * @param pseudoPerplexity {@code exp} of the mean negative natural logarithm of the true pieces' probabilities (Salazar et
 *     al. 2020, "Masked Language Model Scoring", equation 3), over the measured positions
 * @param byFrequency accuracy by the piece's frequency in the texts, rarest first
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record Evaluation(
        String model,
        String name,
        String revision,
        String precision,
        int vocabulary,
        long pieces,
        double piecesPerText,
        double piecesOverWordsPercent,
        double unknownPieceRate,
        long splitTexts,
        int maskablePositions,
        int positions,
        double top1Accuracy,
        double top5Accuracy,
        double pseudoPerplexity,
        List<Band> byFrequency) {

    static Evaluation of(
            String model,
            Manifest manifest,
            int vocabulary,
            Texts texts,
            Windows windows,
            int[] positions,
            Predictions predictions) {
        int[] ranks = predictions.ranks();
        return new Evaluation(
                model,
                manifest.name(),
                manifest.revision(),
                manifest.precision(),
                vocabulary,
                windows.pieces(),
                (double) windows.pieces() / texts.lines().size(),
                100 * ((double) windows.pieces() / texts.words() - 1),
                (double) windows.unknown() / windows.pieces(),
                windows.split(),
                windows.positions(),
                positions.length,
                Arrays.stream(ranks).filter(rank -> rank == 1).count() / (double) positions.length,
                Arrays.stream(ranks).filter(rank -> rank <= 5).count() / (double) positions.length,
                Math.exp(
                        -Arrays.stream(predictions.logProbabilities()).average().orElseThrow()),
                Band.of(windows, positions, predictions));
    }
}
