package dev.unmask.evaluate;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.ArrayList;
import java.util.List;

/**
 * Accuracy at the positions whose pieces have similar frequencies in the texts.
 *
 * @param from the lowest frequency of such a piece in the texts
 * @param to the highest, or null if unbounded
 * @param positions how many positions were measured; if 0, both accuracies are null
 * @param top1Accuracy share of them whose true piece is ranked first, 0 to 1
 * @param top5Accuracy share of them whose true piece is among the first five, 0 to 1
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record Band(
        int from,
        @JsonInclude Integer to,
        int positions,
        @JsonInclude Double top1Accuracy,
        @JsonInclude Double top5Accuracy) {
    private static final int[] BOUNDS = {1, 2, 5, 10, 25, 50, 100, 250, 500, 1000};

    /** All bands up to the last that has a piece of the texts. */
    static List<Band> of(Windows windows, int[] positions, Predictions predictions) {
        int[] all = new int[BOUNDS.length];
        int[] first = new int[BOUNDS.length];
        int[] firstFive = new int[BOUNDS.length];
        int last = 0;
        for (int i = 0; i < positions.length; i++) {
            int band = bandOf(windows.frequency(positions[i]));
            all[band]++;
            first[band] += predictions.ranks()[i] == 1 ? 1 : 0;
            firstFive[band] += predictions.ranks()[i] <= 5 ? 1 : 0;
            last = Math.max(last, band);
        }
        List<Band> bands = new ArrayList<>();
        for (int band = 0; band <= last; band++) {
            bands.add(new Band(
                    BOUNDS[band],
                    band + 1 < BOUNDS.length ? BOUNDS[band + 1] - 1 : null,
                    all[band],
                    all[band] == 0 ? null : (double) first[band] / all[band],
                    all[band] == 0 ? null : (double) firstFive[band] / all[band]));
        }
        return bands;
    }

    private static int bandOf(int frequency) {
        int band = 0;
        while (band + 1 < BOUNDS.length && frequency >= BOUNDS[band + 1]) {
            band++;
        }
        return band;
    }

    /** The band's bounds for display: {@code 1}, {@code 2–4}, {@code ≥ 1000}. */
    public String label() {
        if (to == null) {
            return "≥ " + from;
        }
        return from == to ? Integer.toString(from) : from + "–" + to;
    }
}
