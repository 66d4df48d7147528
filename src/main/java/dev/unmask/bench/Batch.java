package dev.unmask.bench;

import dev.unmask.engine.Choice;
import dev.unmask.engine.Engine;
import dev.unmask.fault.Fault;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;

/** The texts of one measured batch: random ids, one mask each. */
final class Batch {
    /** Lengths of report sentences and passages: 8 to 119 tokens, 42 at the mean. */
    private static final int[] MIXED = {8, 119, 24, 15, 61, 30, 12, 80, 19, 45, 10, 96, 27, 36, 52, 38};

    /** The service's default for {@code top_k}. */
    private static final int BEST = 5;

    private final String length;
    private final int[][] ids;
    private final int[][] masks;
    private final Choice[] choices;

    private Batch(String length, int[][] ids, int[][] masks, int best) {
        this.length = length;
        this.ids = ids;
        this.masks = masks;
        this.choices = new Choice[ids.length];
        Arrays.fill(choices, new Choice.Best(best));
    }

    /**
     * Creates a batch.
     *
     * @param length of each text in tokens, or {@code mixed}
     * @throws Fault of kind CONFIGURATION when it is neither, or exceeds what the model takes
     */
    static Batch of(int texts, String length, int positions, int vocabulary) {
        Random random = new Random(texts);
        int[][] ids = IntStream.range(0, texts)
                .mapToObj(text -> random.ints(tokens(length, text, positions), 0, vocabulary)
                        .toArray())
                .toArray(int[][]::new);
        return new Batch(length, ids, new int[texts][1], Math.min(BEST, vocabulary));
    }

    private static int tokens(String length, int text, int positions) {
        if (length.equals("mixed")) {
            return Math.min(positions, MIXED[text % MIXED.length]);
        }
        if (length.matches("[1-9][0-9]{0,6}") && Integer.parseInt(length) <= positions) {
            return Integer.parseInt(length);
        }
        throw Fault.configuration(
                "A length must be 1 to %2$d tokens or mixed, but is \"%1$s\".".formatted(length, positions));
    }

    String length() {
        return length;
    }

    int texts() {
        return ids.length;
    }

    long tokens() {
        return lengths().sum();
    }

    IntStream lengths() {
        return Arrays.stream(ids).mapToInt(text -> text.length);
    }

    /** Runs it as the service does. */
    void run(Engine engine) {
        engine.chosen(ids, masks, choices);
    }
}
