package dev.unmask.batching;

import dev.unmask.fault.Fault;
import java.time.Duration;

/**
 * When an answer stops being of use.
 *
 * @param nanoTime the moment, on the clock of {@link System#nanoTime}
 * @param timeout how long after the request's arrival that is, for messages
 */
public record Deadline(long nanoTime, Duration timeout) {

    /** The moment that is {@code timeout} from now. */
    public static Deadline in(Duration timeout) {
        return after(System.nanoTime(), timeout);
    }

    /** The moment that is {@code timeout} after another, {@code nanoTime}. */
    public static Deadline after(long nanoTime, Duration timeout) {
        return new Deadline(nanoTime + timeout.toNanos(), timeout);
    }

    /** Whether it has passed. */
    boolean passed() {
        return System.nanoTime() - nanoTime > 0;
    }

    /**
     * Checked before each piece of work, so that no more is done for a request than its deadline allows.
     *
     * @throws Fault of kind TOO_LATE when it has passed
     */
    public void check() {
        if (passed()) {
            throw new Fault(
                    Fault.Kind.TOO_LATE,
                    "The answer was not ready within %d ms; send fewer or shorter texts, or try again later."
                            .formatted(timeout.toMillis()));
        }
    }
}
