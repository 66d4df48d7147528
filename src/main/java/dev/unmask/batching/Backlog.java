package dev.unmask.batching;

import dev.unmask.fault.Fault;
import java.util.List;

/**
 * All that waits and runs, and what is admitted besides. A request is admitted if it will be answered in time, and those
 * admitted before it still will: so hardly any work is done for answers that come too late. Not thread-safe.
 */
final class Backlog {
    private static final double SECOND = 1e9;
    private static final int LONGEST_WAIT = 60;

    /** An estimate by characters is trusted only where so much less would be too much as well. */
    private static final double DOUBT = 1.15;

    /** How many tokens it takes to learn how many characters they have. */
    private static final double TOKENS = 10_000;

    private final BatchLimits limits;
    private final TextCost costs;
    private final TextQueue queue;
    private final Pace pace;
    private final Forecast forecast;

    /** About as many as a report's tokens have. */
    private double charactersAToken = 5;

    /** @param costs what texts cost */
    Backlog(BatchLimits limits, TextCost costs) {
        this.limits = limits;
        this.costs = costs;
        this.queue = new TextQueue(limits);
        this.pace = new Pace(limits.tokens());
        this.forecast = new Forecast(queue, pace, limits.tokens());
    }

    TextCost costs() {
        return costs;
    }

    Pace pace() {
        return pace;
    }

    /** Tokens of the requests that wait or run. */
    long tokens() {
        return queue.tokens();
    }

    /** Requests with texts that wait. */
    int requests() {
        return queue.requests();
    }

    /** Whether no text waits. */
    boolean isEmpty() {
        return queue.isEmpty();
    }

    /**
     * Admits a request.
     *
     * @param now the current time on the clock of deadlines, in nanoseconds
     * @throws Fault of kind TOO_MUCH_WORK when it alone takes longer than it may, or OVERLOADED when it has no room, or would
     *     be late or make others late
     */
    void offer(TextRequest request, long now) {
        boolean fits = request.fits(limits);
        checkTime(request.texts().size(), request.cost(), fits, request.deadline(), now);
        if (!queue.hasRoom(request.tokens())) {
            throw Fault.overloaded(
                    "Too many requests are waiting (%d tokens of at most %d); try again later."
                            .formatted(queue.tokens(), limits.queuedTokens()),
                    wait(forecast.ahead(now)));
        }
        queue.add(request);
        if (fits) {
            forecast.asked(request.cost(), now);
        }
    }

    /** About how many tokens a text has, or rather fewer, by its characters. */
    double tokens(int characters) {
        return characters / charactersAToken / DOUBT;
    }

    /** Learns from texts that were tokenized. */
    void tokenized(long characters, long tokens) {
        double weight = Math.min(1, tokens / TOKENS);
        charactersAToken += weight * ((double) characters / Math.max(1, tokens) - charactersAToken);
    }

    /**
     * Refuses work that would come too late behind what waits, before more is spent on it.
     *
     * @param texts how many texts there are
     * @param cost the least that they may cost, in tokens
     * @throws Fault as {@link #offer} does
     */
    void expect(int texts, double cost, Deadline deadline, long now) {
        if (!forecast.idle()) {
            checkTime(texts, cost, cost <= limits.tokens(), deadline, now);
        }
    }

    private void checkTime(int texts, double cost, boolean fits, Deadline deadline, long now) {
        double time =
                forecast.idle() ? deadline.remaining(now) : deadline.timeout().toNanos();
        double part = forecast.part(cost, time);
        if (part > 1) {
            throw tooMuch(texts, part, cost, deadline);
        }
        double late = forecast.idle() ? 0 : forecast.late(cost, fits, deadline, now);
        if (late > 0) {
            if (fits) {
                forecast.asked(cost, now);
            }
            throw Fault.overloaded(
                    "Too many requests are waiting: the answer would come too late for its %s, or make others late; try again later."
                            .formatted(seconds(deadline.timeout().toNanos())),
                    wait(late));
        }
    }

    private Fault tooMuch(int texts, double part, double cost, Deadline deadline) {
        int enough = (int) (texts / part);
        String takes = seconds(pace.nanoseconds(cost));
        String allowed = seconds(deadline.timeout().toNanos());
        return new Fault(
                Fault.Kind.TOO_MUCH_WORK,
                texts == 1
                        ? "The text would take about %s; at most %s are allowed.".formatted(takes, allowed)
                        : "The %d texts would take about %s; at most %s are allowed, in which %s of them can be answered."
                                .formatted(texts, takes, allowed, enough == 0 ? "none" : "about " + enough));
    }

    private static String seconds(double nanoseconds) {
        return "%.3g s".formatted(nanoseconds / SECOND);
    }

    /** Whole seconds: at least 1, at most 60. */
    private static int wait(double nanoseconds) {
        return (int) Math.max(1, Math.min(LONGEST_WAIT, Math.ceil(nanoseconds / SECOND)));
    }

    /** The requests that are late or abandoned, or can't be in time any more; they stay in the queue. */
    List<TextRequest> unwanted(long now) {
        return queue.waiting()
                .filter(request ->
                        request.deadline().passed(now) || request.done().isDone() || forecast.hopeless(request, now))
                .toList();
    }

    /** Removes and returns the texts of the next batch, which begins now; empty when none wait. */
    List<QueuedText> next(long now) {
        List<QueuedText> batch = queue.next();
        forecast.begins(batch.stream().mapToDouble(QueuedText::cost).sum(), now);
        return batch;
    }

    /** The batch that began last has ended. */
    void ran(long now) {
        forecast.ended(now);
    }

    /** Frees a request's room and removes its texts that are still waiting. */
    void remove(TextRequest request) {
        queue.remove(request);
    }
}
