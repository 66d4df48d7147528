package dev.unmask.evaluate;

import java.util.Random;

/** Draws the positions to measure. */
final class Sample {
    private Sample() {}

    /**
     * {@code size} of the numbers 0 to {@code total - 1}, ascending and without replacement, every choice equally likely;
     * all of them if there are no more. By Knuth's algorithm S (The Art of Computer Programming, vol. 2, 3.4.2)
     * over {@link Random}, whose numbers for a seed are specified, so that a seed means the same everywhere.
     */
    static int[] of(int total, int size, long seed) {
        int[] chosen = new int[Math.min(size, total)];
        Random random = new Random(seed);
        for (int number = 0, taken = 0; taken < chosen.length; number++) {
            if (random.nextInt(total - number) < chosen.length - taken) {
                chosen[taken++] = number;
            }
        }
        return chosen;
    }
}
