package dev.unmask.http;

import dev.unmask.fault.Fault;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A limit on the bytes in use for one purpose at a time, over all requests. Large shares leave a quarter to small ones, so
 * that a few slow large requests don't block all others.
 */
final class Budget {
    /** The size up to which a share is small. */
    static final long SMALL = 64 * 1024;

    private final String purpose;
    private final long most;
    private final AtomicLong used = new AtomicLong();

    /**
     * @param purpose what the bytes are for, as a sentence's subject
     * @param most the limit
     */
    Budget(String purpose, long most) {
        this.purpose = purpose;
        this.most = most;
    }

    /** An eighth of the heap. */
    static Budget ofHeap(String purpose) {
        return new Budget(purpose, Runtime.getRuntime().maxMemory() / 8);
    }

    long most() {
        return most;
    }

    /** The most that one large share may have. */
    long mostOfOne() {
        return most - most / 4;
    }

    /** The bytes in use. */
    long used() {
        return used.get();
    }

    /** An empty share. */
    Share share() {
        return new Share();
    }

    /** One request's part of the budget. Returned once, by whoever first knows that it isn't needed any more. */
    final class Share {
        private final AtomicLong taken = new AtomicLong();
        private final AtomicBoolean givenBack = new AtomicBoolean();

        /**
         * Takes more, even if there is no room.
         *
         * @param bytes at least 0
         */
        void take(long bytes) {
            used.addAndGet(bytes);
            keep(bytes);
        }

        private void keep(long bytes) {
            taken.addAndGet(bytes);
            if (givenBack.get()) {
                used.addAndGet(-taken.getAndSet(0));
            }
        }

        /**
         * Takes more if there is room.
         *
         * @throws Fault of kind OUT_OF_ROOM when there isn't
         */
        void takeIfThereIsRoom(long bytes) {
            long limit = taken.get() + bytes > SMALL ? mostOfOne() : most;
            long before = used.getAndUpdate(now -> now + bytes > limit ? now : now + bytes);
            if (before + bytes > limit) {
                throw new Fault(
                        Fault.Kind.OUT_OF_ROOM,
                        "%s may use %d bytes of memory at a time, which others are using; try again in a moment."
                                .formatted(purpose, limit));
            }
            keep(bytes);
        }

        void giveBack() {
            givenBack.set(true);
            used.addAndGet(-taken.getAndSet(0));
        }
    }
}
