package dev.unmask.batching;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The waiting texts of all requests, and the rule that turns them into batches. Not thread-safe.
 *
 * <p>A request is short if it fits in a batch, and long otherwise. Short ones are answered in order of arrival. Long ones are
 * too, one after the other: if they progressed equally, all of them would be done only at the end, and all would be late where
 * one is. Short requests go first, but where they fill whole batches, every other one begins with the long request: so
 * a short request that comes waits for the batch in progress and at most one other, and a long one has half of the time
 * however many short ones come. A batch is filled with texts of other requests, in the same order, of the most
 * similar lengths.
 */
final class TextQueue {
    /**
     * How much larger than a batch its padded view may be, texts times the longest of them against their tokens, where the
     * lengths must be similar: an export's graph does all its work on that view.
     */
    static final double PADDED = 1.5;

    /** Where lengths must be similar, the oldest short requests of so many batches are looked through; more would let some wait for too long. */
    private static final int CHOICE = 2;

    private final BatchLimits limits;

    /** Short requests with waiting texts, in order of arrival. */
    private final Set<TextRequest> shortOnes = new LinkedHashSet<>();

    /** Long requests with waiting texts, in order of arrival. */
    private final Set<TextRequest> longOnes = new LinkedHashSet<>();

    private long tokens;

    /** Whether the last batch had no text of a long request, though one waited. */
    private boolean passedOver;

    TextQueue(BatchLimits limits) {
        this.limits = limits;
    }

    /** Tokens of the requests that wait or run. */
    long tokens() {
        return tokens;
    }

    /** How many requests have texts that wait. */
    int requests() {
        return shortOnes.size() + longOnes.size();
    }

    /** Whether no text waits. */
    boolean isEmpty() {
        return shortOnes.isEmpty() && longOnes.isEmpty();
    }

    /** Requests with waiting texts that fit in a batch, in order of arrival. */
    Collection<TextRequest> shortOnes() {
        return shortOnes;
    }

    /** The other requests with waiting texts, in order of arrival. */
    Collection<TextRequest> longOnes() {
        return longOnes;
    }

    /** Whether there is room for so many tokens; there always is in an empty queue. */
    boolean hasRoom(long more) {
        return tokens == 0 || tokens + more <= limits.queuedTokens();
    }

    /** Accepts all texts of a request. */
    void add(TextRequest request) {
        tokens += request.tokens();
        if (request.fits(limits)) {
            shortOnes.add(request);
        } else {
            longOnes.add(request);
        }
    }

    /** Frees a request's room and removes its texts that are still waiting. */
    void remove(TextRequest request) {
        tokens -= request.tokens();
        request.texts().forEach(this::take);
        shortOnes.remove(request);
        longOnes.remove(request);
    }

    /** The requests with waiting texts; they stay in the queue. */
    Stream<TextRequest> waiting() {
        return Stream.concat(shortOnes.stream(), longOnes.stream());
    }

    /** Removes and returns the texts of the next batch; empty when none wait. */
    List<QueuedText> next() {
        if (isEmpty()) {
            return List.of();
        }
        boolean longTurn = !longOnes.isEmpty() && (shortOnes.isEmpty() || passedOver);
        TextRequest first = (longTurn ? longOnes : shortOnes).iterator().next();
        List<QueuedText> batch = batch(first);
        passedOver = !longOnes.isEmpty()
                && batch.stream().allMatch(text -> text.request().fits(limits));
        batch.forEach(text -> {
            if (text.request().waiting().shortest() == null) {
                shortOnes.remove(text.request());
                longOnes.remove(text.request());
            }
        });
        return batch;
    }

    private List<QueuedText> batch(TextRequest request) {
        QueuedText first = request.waiting().shortest();
        List<QueuedText> batch = new ArrayList<>();
        Fill fill = new Fill(first.text());
        take(first);
        batch.add(first);
        fill(batch, fill, request.waiting());
        fill(batch, fill, oldest(request.runner()));
        for (TextRequest longOne : longOnes) {
            if (longOne.runner() == request.runner()) {
                fill(batch, fill, longOne.waiting());
            }
        }
        return batch;
    }

    /** The texts of the oldest short requests, out of which those of similar lengths are taken. */
    private Lengths oldest(BatchRunner runner) {
        Lengths texts = new Lengths();
        long choice = (limits.anyLengths() ? 1 : CHOICE) * (long) limits.tokens();
        long sum = 0;
        for (TextRequest request : shortOnes) {
            if (sum >= choice) {
                break;
            }
            if (request.runner() == runner) {
                sum += request.tokens();
                request.texts().stream().filter(text -> !text.taken).forEach(texts::add);
            }
        }
        return texts;
    }

    private void fill(List<QueuedText> batch, Fill fill, Lengths texts) {
        texts.nearest(batch.get(0).text().length(), text -> {
            if (!fill.add(text.text())) {
                return false;
            }
            take(text);
            batch.add(text);
            return true;
        });
    }

    private void take(QueuedText text) {
        if (text.taken) {
            return;
        }
        text.taken = true;
        text.request().taken(text);
    }

    /** How full a batch is. */
    private final class Fill {
        private int count = 1;
        private int rows;
        private int tokens;
        private int longest;

        Fill(MaskedText first) {
            rows = first.rows();
            tokens = first.length();
            longest = first.length();
        }

        boolean add(MaskedText text) {
            int sum = tokens + text.length();
            int high = Math.max(longest, text.length());
            if (sum > limits.tokens()
                    || !limits.anyLengths() && (long) (count + 1) * high > PADDED * sum
                    || rows + text.rows() > limits.masks()) {
                return false;
            }
            count++;
            rows += text.rows();
            tokens = sum;
            longest = high;
            return true;
        }
    }
}
