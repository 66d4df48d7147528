package dev.unmask.engine;

import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The scores that one run chooses in the graph. It takes one more of the highest of each group than are wanted of the whole:
 * if as many as are wanted are higher than the last one of any group, then all ties of the last wanted one are included, and
 * the reader puts them in order. If not, ties may be missing, and whole rows are needed.
 *
 * @param rows the choice of each mask
 * @param best {@link GraphNames#BEST}
 * @param places {@link GraphNames#PLACES}
 * @param vocabulary scores of a mask
 */
record Chosen(List<Choice> rows, int best, long[] places, int vocabulary) {
    /** If more than this are wanted of a row, copying whole rows is cheaper than sorting. */
    static final int MOST_BEST = GraphNames.MOST_BEST - 1;

    private static final float TOLERANCE = 1e-3f;

    private static final Chosen NOTHING = new Chosen(List.of(), 1, new long[] {0}, 1);

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
        return Optional.of(new Chosen(
                rows, Math.min(best + 1, vocabulary), places(rows, Math.toIntExact(placed), vocabulary), vocabulary));
    }

    /** A single dummy if none is wanted, to spare kernels an empty tensor. */
    private static long[] places(List<Choice> rows, int placed, int vocabulary) {
        long[] places = new long[Math.max(1, placed)];
        int next = 0;
        for (int row = 0; row < rows.size(); row++) {
            if (rows.get(row) instanceof Choice.Among among) {
                for (int token : among.tokens()) {
                    places[next++] = (long) row * vocabulary + token;
                }
            }
        }
        return places;
    }

    /** {@link GraphNames#CHOOSE}. */
    boolean something() {
        return !rows.isEmpty();
    }

    /** The outputs that hold what is chosen; each costs a copy from the device. */
    Set<String> outputs() {
        Set<String> outputs = new HashSet<>();
        for (Choice choice : rows) {
            outputs.addAll(
                    choice instanceof Choice.Among
                            ? Set.of(GraphNames.PLACED_SCORES)
                            : Set.of(GraphNames.BEST_SCORES, GraphNames.BEST_INDICES));
        }
        return outputs;
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
        float[] found = new float[chosen.tokens().length];
        for (int i = 0; i < found.length; i++) {
            found[i] = chosen.values().get(i);
            // Two runs of a batch in fp16 may differ in their last bits.
            if (!(Math.abs(found[i] - whole.get(chosen.tokens()[i])) <= TOLERANCE)) {
                return false;
            }
        }
        if (!(choice instanceof Choice.Best best)) {
            return true;
        }
        Arrays.sort(found);
        float least = found[found.length - best.count()];
        int better = 0;
        for (int token = 0; token < whole.limit(); token++) {
            better += whole.get(token) > least + TOLERANCE ? 1 : 0;
        }
        return better < best.count();
    }

    /**
     * The chosen scores of each mask.
     *
     * @param bestScores {@link GraphNames#BEST_SCORES}, if it is one of {@link #outputs}
     * @param bestIndices {@link GraphNames#BEST_INDICES}, likewise
     * @param placedScores {@link GraphNames#PLACED_SCORES}, likewise
     * @return empty if ties may be missing, or scores are NaN
     */
    Optional<List<Row>> rows(FloatBuffer bestScores, LongBuffer bestIndices, FloatBuffer placedScores) {
        List<Row> read = new ArrayList<>(rows.size());
        int width = bestScores.limit() / rows.size();
        int placed = 0;
        for (int row = 0; row < rows.size(); row++) {
            if (rows.get(row) instanceof Choice.Among among) {
                read.add(new Row(placedScores.slice(placed, among.tokens().length), among.tokens()));
                placed += among.tokens().length;
            } else {
                FloatBuffer scores = bestScores.slice(row * width, width);
                if (mayLackTies(scores, ((Choice.Best) rows.get(row)).count())) {
                    return Optional.empty();
                }
                read.add(new Row(scores, tokens(bestIndices.slice(row * width, width))));
            }
        }
        return Optional.of(read);
    }

    /** @param scores the best of each group of a mask's */
    private boolean mayLackTies(FloatBuffer scores, int asked) {
        int groups = scores.limit() / best;
        float mostLeftOut = Float.NEGATIVE_INFINITY;
        if (groups * best < vocabulary) {
            for (int group = 1; group <= groups; group++) {
                mostLeftOut = Math.max(mostLeftOut, scores.get(group * best - 1));
            }
        }
        int certain = 0;
        for (int i = 0; i < scores.limit(); i++) {
            certain += scores.get(i) > mostLeftOut ? 1 : 0;
        }
        return certain < asked;
    }

    /** @param indices of the best of each group of a mask's scores */
    private int[] tokens(LongBuffer indices) {
        int size = vocabulary / (indices.limit() / best);
        int[] tokens = new int[indices.limit()];
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = i / best * size + (int) indices.get(i);
        }
        return tokens;
    }
}
