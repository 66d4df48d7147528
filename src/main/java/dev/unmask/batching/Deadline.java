package dev.unmask.batching;

import dev.unmask.fault.Fault;
import java.time.Duration;

/** When an answer becomes useless: at a point in time, or earlier if nobody waits for it any more. */
public final class Deadline {
    private final long nanoTime;
    private final Duration timeout;
    private volatile boolean abandoned;

    private Deadline(long nanoTime, Duration timeout) {
        this.nanoTime = nanoTime;
        this.timeout = timeout;
    }

    /** The deadline {@code timeout} from now. */
    public static Deadline in(Duration timeout) {
        return after(System.nanoTime(), timeout);
    }

    /** The deadline {@code timeout} after the time {@code nanoTime} on the clock of {@link System#nanoTime}. */
    public static Deadline after(long nanoTime, Duration timeout) {
        return new Deadline(nanoTime + timeout.toNanos(), timeout);
    }

    /** The time between the request's arrival and the deadline, for messages. */
    public Duration timeout() {
        return timeout;
    }

    /** Nobody waits for the answer any more: stop working on it. */
    public void abandon() {
        abandoned = true;
    }

    /**
     * Whether it has passed.
     *
     * @param now the current time on the clock that the deadline was made with
     */
    boolean passed(long now) {
        return abandoned || now - nanoTime > 0;
    }

    /** How many nanoseconds are left of it; at most 0 when it has passed. */
    long remaining(long now) {
        return abandoned ? 0 : nanoTime - now;
    }

    /**
     * Called before each piece of work, so that no work is done past the deadline.
     *
     * @throws Fault of kind TOO_LATE when it has passed
     */
    public void check() {
        if (passed(System.nanoTime())) {
            throw tooLate();
        }
    }

    /** The fault for a request whose deadline has passed. */
    Fault tooLate() {
        return new Fault(
                Fault.Kind.TOO_LATE, "The answer could not be ready within %d ms.".formatted(timeout.toMillis()));
    }
}
