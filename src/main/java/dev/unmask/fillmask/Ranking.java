package dev.unmask.fillmask;

import java.nio.FloatBuffer;

/**
 * The best tokens of one mask.
 *
 * @param tokens their ids, by score descending and then by id ascending
 * @param scores their probabilities, in the same order
 */
record Ranking(int[] tokens, float[] scores) {
    /** The ranking of no tokens. */
    static final Ranking NONE = new Ranking(new int[0], new float[0]);

    /**
     * The best {@code k} of a mask's scores.
     *
     * @param scores probabilities
     * @param k at least 0; all scores if there are fewer
     * @param tokens the token of each score; null if a score's index is its token
     * @throws IllegalStateException when the model returned logits that are not finite, which means that it is broken:
     *     their softmax is all NaN
     */
    static Ranking top(FloatBuffer scores, int k, int[] tokens) {
        Heap heap = heap(scores, k, tokens);
        for (int place = 0; place < scores.limit(); place++) {
            heap.offer(place);
        }
        return heap.ranking();
    }

    /** The best {@code k} of {@code targets}, which are distinct, of a row with a score for every token; otherwise like {@link #top}. */
    static Ranking ofTargets(FloatBuffer scores, int k, int[] targets) {
        Heap heap = heap(scores, Math.min(k, targets.length), null);
        for (int token : targets) {
            heap.offer(token);
        }
        return heap.ranking();
    }

    private static Heap heap(FloatBuffer scores, int capacity, int[] tokens) {
        if (Float.isNaN(scores.get(0))) {
            throw new IllegalStateException("the model returned logits that are not finite");
        }
        return new Heap(scores, tokens, Math.min(capacity, scores.limit()));
    }

    /** A heap of the best places so far, with the worst of them on top, so that most of a vocabulary costs one comparison each. */
    private static final class Heap {
        private final FloatBuffer scores;
        private final int[] tokens;
        private final int[] places;
        private int size;

        /** @param tokens the token of each place; null if the place is the token */
        Heap(FloatBuffer scores, int[] tokens, int capacity) {
            this.scores = scores;
            this.tokens = tokens;
            this.places = new int[capacity];
        }

        void offer(int place) {
            if (size < places.length) {
                places[size] = place;
                rise(size++);
            } else if (size > 0 && worse(places[0], place)) {
                places[0] = place;
                sink(size);
            }
        }

        /** Empties the heap, worst first. */
        Ranking ranking() {
            int[] ranked = new int[size];
            float[] sorted = new float[size];
            for (int last = size - 1; last >= 0; last--) {
                int worst = places[0];
                places[0] = places[last];
                sink(last);
                ranked[last] = token(worst);
                sorted[last] = scores.get(worst);
            }
            return new Ranking(ranked, sorted);
        }

        private int token(int place) {
            return tokens == null ? place : tokens[place];
        }

        private boolean worse(int a, int b) {
            float one = scores.get(a);
            float other = scores.get(b);
            return one != other ? one < other : token(a) > token(b);
        }

        private void rise(int at) {
            while (at > 0) {
                int parent = (at - 1) / 2;
                if (!worse(places[at], places[parent])) {
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
                if (child + 1 < bound && worse(places[child + 1], places[child])) {
                    child++;
                }
                if (!worse(places[child], places[at])) {
                    return;
                }
                swap(at, child);
                at = child;
            }
        }

        private void swap(int a, int b) {
            int place = places[a];
            places[a] = places[b];
            places[b] = place;
        }
    }
}
