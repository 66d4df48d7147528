package dev.unmask.engine;

import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The scores that one run chooses in the graph. It takes one more of the highest than is wanted: if that one is lower than
 * the last wanted one, then all ties of the last wanted one are included, and the reader puts ties in order. If not, ties
 * may be missing, and whole rows are needed.
 */
final class Chosen {
    /** If more than this are wanted of a row, copying whole rows is cheaper than sorting. */
    static final int MOST_BEST = 1_024;

    private static final float TOLERANCE = 1e-3f;

    private static final Chosen NOTHING = new Chosen(List.of(), 1, new long[] {0, 0}, 1);

    private final List<Choice> rows;
    private final int best;
    private final long[] places;
    private final int vocabulary;

    private Chosen(List<Choice> rows, int best, long[] places, int vocabulary) {
        this.rows = rows;
        this.best = best;
        this.places = places;
        this.vocabulary = vocabulary;
    }

    /** For runs that read whole rows. */
    static Chosen nothing() {
        return NOTHING;
    }

    /**
     * Combines the choices of a batch.
     *
     * @param masks positions of each text's masks
     * @param choices the choice of each text
     * @return empty if a whole row is wanted, or so much of the rows that they may as well be copied
     */
    static Optional<Chosen> of(int[][] masks, Choice[] choices, int vocabulary) {
        List<Choice> rows = new ArrayList<>();
        int best = 0;
        long placed = 0;
        for (int text = 0; text < masks.length; text++) {
            Choice choice = choices[text];
            for (int mask = 0; mask < masks[text].length; mask++) {
                rows.add(choice);
            }
            if (choice instanceof Choice.Best most) {
                best = Math.max(best, most.count());
            } else if (choice instanceof Choice.Among among) {
                placed += (long) masks[text].length * among.tokens().length;
            } else {
                return Optional.empty();
            }
        }
        if (best > MOST_BEST || 2 * placed > (long) rows.size() * vocabulary) {
            return Optional.empty();
        }
        return Optional.of(
                new Chosen(rows, Math.min(best + 1, vocabulary), places(rows, Math.toIntExact(placed)), vocabulary));
    }

    /** Pairs of a row and a token; a single dummy pair if none is wanted, to spare kernels an empty tensor. */
    private static long[] places(List<Choice> rows, int placed) {
        long[] places = new long[2 * Math.max(1, placed)];
        int next = 0;
        for (int row = 0; row < rows.size(); row++) {
            if (rows.get(row) instanceof Choice.Among among) {
                for (int token : among.tokens()) {
                    places[next++] = row;
                    places[next++] = token;
                }
            }
        }
        return places;
    }

    /** {@link GraphNames#CHOOSE}. */
    boolean something() {
        return !rows.isEmpty();
    }

    /** {@link GraphNames#BEST}. */
    int best() {
        return best;
    }

    /** {@link GraphNames#PLACES}, pair by pair. */
    long[] places() {
        return places;
    }

    /**
     * Whether chosen scores are those of whole rows, one row per choice.
     *
     * @param chosen the chosen rows, or whole ones
     * @param whole the whole rows of the same batch
     */
    static boolean agree(Choice[] choices, List<Row> chosen, List<Row> whole) {
        for (int row = 0; row < choices.length; row++) {
            if (!agree(choices[row], chosen.get(row), whole.get(row).values())) {
                return false;
            }
        }
        return true;
    }

    private static boolean agree(Choice choice, Row chosen, FloatBuffer whole) {
        if (chosen.tokens() == null) {
            return true;
        }
        float least = Float.POSITIVE_INFINITY;
        for (int i = 0; i < chosen.tokens().length; i++) {
            float score = chosen.values().get(i);
            // Two runs of a batch in fp16 may differ in their last bits.
            if (!(Math.abs(score - whole.get(chosen.tokens()[i])) <= TOLERANCE)) {
                return false;
            }
            least = Math.min(least, score);
        }
        if (choice instanceof Choice.Among) {
            return true;
        }
        int better = 0;
        for (int token = 0; token < whole.limit(); token++) {
            better += whole.get(token) > least + TOLERANCE ? 1 : 0;
        }
        return better < chosen.tokens().length;
    }

    /**
     * The chosen scores of each mask.
     *
     * @param bestScores {@link GraphNames#BEST_SCORES}
     * @param bestTokens {@link GraphNames#BEST_TOKENS}
     * @param placedScores {@link GraphNames#PLACED_SCORES}
     * @return empty if ties may be missing, or scores are NaN
     */
    Optional<List<Row>> rows(FloatBuffer bestScores, IntBuffer bestTokens, FloatBuffer placedScores) {
        List<Row> read = new ArrayList<>(rows.size());
        int placed = 0;
        for (int row = 0; row < rows.size(); row++) {
            if (rows.get(row) instanceof Choice.Among among) {
                read.add(new Row(placedScores.slice(placed, among.tokens().length), among.tokens()));
                placed += among.tokens().length;
            } else {
                FloatBuffer scores = bestScores.slice(row * best, best);
                int asked = ((Choice.Best) rows.get(row)).count();
                if (best < vocabulary && !(scores.get(asked - 1) > scores.get(best - 1))) {
                    return Optional.empty();
                }
                int[] tokens = new int[best];
                bestTokens.get(row * best, tokens);
                read.add(new Row(scores, tokens));
            }
        }
        return Optional.of(read);
    }
}
