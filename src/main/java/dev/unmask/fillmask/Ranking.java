package dev.unmask.fillmask;

import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * The best tokens of one mask.
 *
 * @param tokens their ids, by score descending and then by id ascending
 * @param scores their probabilities, in the same order
 */
record Ranking(int[] tokens, float[] scores) {
    /** Of no tokens. */
    static final Ranking NONE = new Ranking(new int[0], new float[0]);

    /**
     * The best {@code k} of the whole vocabulary.
     *
     * @param scores probabilities, one for each token
     * @param k 0 to as many as there are
     * @throws IllegalStateException when the model gave logits that are not finite, which only a broken one does: their
     *     softmax is all NaN
     */
    static Ranking top(FloatBuffer scores, int k) {
        Heap heap = heap(scores, k);
        for (int token = 0; token < scores.limit(); token++) {
            heap.offer(token);
        }
        return heap.ranking();
    }

    /** The best {@code k} of {@code targets}, which are distinct; otherwise as {@link #top(FloatBuffer, int)}. */
    static Ranking top(FloatBuffer scores, int k, int[] targets) {
        Heap heap = heap(scores, Math.min(k, targets.length));
        for (int token : targets) {
            heap.offer(token);
        }
        return heap.ranking();
    }

    private static Heap heap(FloatBuffer scores, int capacity) {
        if (Float.isNaN(scores.get(0))) {
            throw new IllegalStateException("the model gave logits that are not finite");
        }
        return new Heap(scores, capacity);
    }

    /** The best tokens seen so far, the worst of them on top, so that most of a vocabulary costs one comparison each. */
    private static final class Heap {
        private final FloatBuffer scores;
        private final int[] tokens;
        private int size;

        Heap(FloatBuffer scores, int capacity) {
            this.scores = scores;
            this.tokens = new int[capacity];
        }

        void offer(int token) {
            if (size < tokens.length) {
                tokens[size] = token;
                rise(size++);
            } else if (size > 0 && worse(tokens[0], token)) {
                tokens[0] = token;
                sink(size);
            }
        }

        /** Empties the heap, worst first. */
        Ranking ranking() {
            float[] sorted = new float[size];
            for (int last = size - 1; last >= 0; last--) {
                int worst = tokens[0];
                tokens[0] = tokens[last];
                sink(last);
                tokens[last] = worst;
                sorted[last] = scores.get(worst);
            }
            return new Ranking(tokens.length == size ? tokens : Arrays.copyOf(tokens, size), sorted);
        }

        private boolean worse(int a, int b) {
            float one = scores.get(a);
            float other = scores.get(b);
            return one != other ? one < other : a > b;
        }

        private void rise(int at) {
            while (at > 0) {
                int parent = (at - 1) / 2;
                if (!worse(tokens[at], tokens[parent])) {
                    return;
                }
                swap(at, parent);
                at = parent;
            }
        }

        private void sink(int bound) {
            int at = 0;
            while (true) {
                int child = 2 * at + 1;
                if (child >= bound) {
                    return;
                }
                if (child + 1 < bound && worse(tokens[child + 1], tokens[child])) {
                    child++;
                }
                if (!worse(tokens[child], tokens[at])) {
                    return;
                }
                swap(at, child);
                at = child;
            }
        }

        private void swap(int a, int b) {
            int token = tokens[a];
            tokens[a] = tokens[b];
            tokens[b] = token;
        }
    }
}
