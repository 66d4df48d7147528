package dev.unmask.batching;

import dev.unmask.fault.Fault;
import java.time.Duration;

/** When an answer stops being of use: at a moment, or before it when nobody waits for the answer any more. */
public final class Deadline {
    private final long nanoTime;
    private final Duration timeout;
    private volatile boolean abandoned;

    private Deadline(long nanoTime, Duration timeout) {
        this.nanoTime = nanoTime;
        this.timeout = timeout;
    }

    /** The moment that is {@code timeout} from now. */
    public static Deadline in(Duration timeout) {
        return after(System.nanoTime(), timeout);
    }

    /** The moment that is {@code timeout} after another, {@code nanoTime} on the clock of {@link System#nanoTime}. */
    public static Deadline after(long nanoTime, Duration timeout) {
        return new Deadline(nanoTime + timeout.toNanos(), timeout);
    }

    /** How long after the request's arrival the moment is, for messages. */
    public Duration timeout() {
        return timeout;
    }

    /** From now on nobody waits for the answer: no more is done for it. */
    public void abandon() {
        abandoned = true;
    }

    /**
     * Whether it has passed.
     *
     * @param now the moment on the clock that it was made by
     */
    boolean passed(long now) {
        return abandoned || now - nanoTime > 0;
    }

    /**
     * Checked before each piece of work, so that no more is done for a request than its deadline allows.
     *
     * @throws Fault of kind TOO_LATE when it has passed
     */
    public void check() {
        if (passed(System.nanoTime())) {
            throw tooLate();
        }
    }

    /** What a request hears whose deadline has passed. */
    Fault tooLate() {
        return new Fault(
                Fault.Kind.TOO_LATE,
                "The answer was not ready within %d ms; send fewer or shorter texts, or try again later."
                        .formatted(timeout.toMillis()));
    }
}
