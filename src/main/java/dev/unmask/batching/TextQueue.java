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
 * The waiting texts of all requests, and the rule that turns them into batches. Not thread-safe.
 *
 * <p>A batch begins with a text of the request whose turn would have begun first, had all waiting requests been served one
 * token each in turn (start-time fair queueing; Goyal, Vin and Cheng, 1996). So requests with one text run in order of
 * arrival, a short request runs before the rest of a long one, and long ones progress equally. The batch is filled with the
 * texts of the most similar lengths from any request. Now and then a batch begins with the shortest text.
 */
final class TextQueue {
    /**
     * How much larger than a batch its padded view may be, texts times the longest of them against their tokens, where the
     * lengths must be similar: an export's graph does all its work on that view.
     */
    static final double PADDED = 1.5;

    /**
     * One in this many batches begins with the shortest text instead. Otherwise a short request would wait for one batch of
     * each long request before it; like this it waits for a few, and long ones take a third longer at most.
     */
    private static final int SHORTEST_EVERY = 4;

    /** The request whose turn began first. */
    private static final Comparator<TextRequest> EARLIEST =
            Comparator.comparingDouble((TextRequest request) -> request.start).thenComparingLong(TextRequest::tokens);

    /** The request with the shortest waiting text. */
    private static final Comparator<TextRequest> SHORTEST = Comparator.comparingInt(
                    (TextRequest request) -> request.waiting().text().length())
            .thenComparing(EARLIEST);

    private final BatchLimits limits;

    /** Requests with waiting texts, in order of arrival. */
    private final Set<TextRequest> requests = new LinkedHashSet<>();

    /** The waiting texts by output and length; those of one length in order of arrival. */
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

    /** Accepts all texts of a request if there is room or the queue is empty; otherwise none. */
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

    /** Frees a request's room and removes its texts that are still waiting. */
    void remove(TextRequest request) {
        tokens -= request.tokens();
        request.texts().forEach(this::take);
        requests.remove(request);
    }

    /** The requests that are late or abandoned; they stay in the queue. */
    List<TextRequest> unwanted(long now) {
        return requests.stream()
                .filter(request ->
                        request.deadline().passed(now) || request.done().isDone())
                .toList();
    }

    /** Removes and returns the texts of the next batch; empty when none wait. */
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

    /** Adds texts as long as they fit; returns whether all did. */
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
