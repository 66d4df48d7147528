package dev.unmask.batching;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * The texts that wait, of all requests, and the rule by which they become batches. Not for several threads at a time.
 *
 * <p>A batch begins with a text of the request whose turn began first, had all requests that wait been served a token each
 * in turn (start-time fair queueing; Goyal, Vin and Cheng, 1996). So requests of one text go in the order of their arrival, a
 * short request goes before the rest of a long one, and long ones get on alike. The batch is filled with texts of like
 * lengths, whosever they are, since attention works on rows of one length. Now and then one begins with the shortest text.
 */
final class TextQueue {
    /**
     * How much larger than a batch its padded view may be, texts times the longest of them against their tokens: attention
     * works on that view, and an export's graph does all its work there.
     */
    static final double PADDED = 1.5;

    /**
     * Every so many batches one begins with the shortest text instead. Else a short request would wait for a batch of each
     * long one before it; so it waits for a few, and long ones a third longer at most.
     */
    private static final int SHORTEST_EVERY = 4;

    /** Whose turn began first. */
    private static final Comparator<TextRequest> EARLIEST =
            Comparator.comparingDouble((TextRequest request) -> request.start).thenComparingLong(TextRequest::tokens);

    /** Whose next text is soonest done. */
    private static final Comparator<TextRequest> SHORTEST = Comparator.comparingInt(
                    (TextRequest request) -> request.waiting().text().length())
            .thenComparing(EARLIEST);

    private final BatchLimits limits;

    /** Those with texts that wait, in the order of arrival. */
    private final Set<TextRequest> requests = new LinkedHashSet<>();

    /** The texts that wait, by the output that they are for and by length; of one length in the order of arrival. */
    private final Map<BatchRunner, NavigableMap<Integer, Set<QueuedText>>> byLength = new HashMap<>();

    private long tokens;

    /** Batches so far. */
    private long batches;

    /** How many tokens each request would have been served so far, had it been there from the beginning. */
    private double virtualTime;

    TextQueue(BatchLimits limits) {
        this.limits = limits;
    }

    /** Tokens of the requests that wait or run. */
    long tokens() {
        return tokens;
    }

    /** How many requests have texts that wait. */
    int requests() {
        return requests.size();
    }

    /** Whether no text waits. */
    boolean isEmpty() {
        return requests.isEmpty();
    }

    /** Takes all texts of a request, if there is room for them or nothing else is there; otherwise none. */
    boolean offer(TextRequest request) {
        if (tokens > 0 && tokens + request.tokens() > limits.queuedTokens()) {
            return false;
        }
        tokens += request.tokens();
        request.start = virtualTime;
        requests.add(request);
        NavigableMap<Integer, Set<QueuedText>> lengths =
                byLength.computeIfAbsent(request.runner(), runner -> new TreeMap<>());
        for (QueuedText text : request.texts()) {
            lengths.computeIfAbsent(text.text().length(), length -> new LinkedHashSet<>())
                    .add(text);
        }
        return true;
    }

    /** Gives back a request's room, and takes away its texts that wait still. */
    void remove(TextRequest request) {
        tokens -= request.tokens();
        request.texts().forEach(this::take);
        requests.remove(request);
    }

    /** The requests whose time is over, or whose answer nobody wants any more; they are in the queue still. */
    List<TextRequest> unwanted(long now) {
        return requests.stream()
                .filter(request ->
                        request.deadline().passed(now) || request.done().isDone())
                .toList();
    }

    /** Takes the texts of the next batch; none when none waits. */
    List<QueuedText> next() {
        if (requests.isEmpty()) {
            return List.of();
        }
        QueuedText first = requests.stream()
                .min(++batches % SHORTEST_EVERY == 0 ? SHORTEST : EARLIEST)
                .map(TextRequest::waiting)
                .orElseThrow();
        int sharing = requests.size();
        List<QueuedText> batch = batch(first);
        for (QueuedText text : batch) {
            TextRequest request = text.request();
            int length = text.text().length();
            request.start += length;
            virtualTime += (double) length / sharing;
            if (request.waiting() == null) {
                requests.remove(request);
            }
        }
        return batch;
    }

    private List<QueuedText> batch(QueuedText first) {
        List<QueuedText> batch = new ArrayList<>();
        Fill fill = new Fill(first.text());
        take(first);
        batch.add(first);
        NavigableMap<Integer, Set<QueuedText>> lengths =
                byLength.get(first.request().runner());
        Integer shorter = lengths.floorKey(first.text().length());
        Integer longer = lengths.higherKey(first.text().length());
        while (shorter != null || longer != null) {
            boolean up = shorter == null
                    || longer != null
                            && longer - first.text().length() < first.text().length() - shorter;
            int length = up ? longer : shorter;
            boolean all = add(batch, fill, lengths.get(length));
            if (up) {
                longer = all ? lengths.higherKey(length) : null;
            } else {
                shorter = all ? lengths.lowerKey(length) : null;
            }
        }
        return batch;
    }

    /** Adds texts as long as they fit; whether all of them did. */
    private boolean add(List<QueuedText> batch, Fill fill, Set<QueuedText> texts) {
        while (!texts.isEmpty()) {
            QueuedText text = texts.iterator().next();
            if (!fill.add(text.text())) {
                return false;
            }
            take(text);
            batch.add(text);
        }
        return true;
    }

    private void take(QueuedText text) {
        if (text.taken) {
            return;
        }
        text.taken = true;
        NavigableMap<Integer, Set<QueuedText>> lengths =
                byLength.get(text.request().runner());
        Set<QueuedText> like = lengths.get(text.text().length());
        like.remove(text);
        if (like.isEmpty()) {
            lengths.remove(text.text().length());
        }
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
                    || (long) (count + 1) * high > PADDED * sum
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
