package dev.unmask.engine;

import ai.onnxruntime.OrtException;
import dev.unmask.fault.Fault;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * ONNX Runtime's work in this process: opening sessions and running them. Its Java binding closes its environment by a
 * shutdown hook, and whoever opens or runs a session at that moment brings the process down by SIGSEGV. So the process ends only after
 * {@link #end}.
 */
public final class NativeWork {
    /** That of this process. */
    public static final NativeWork OF_PROCESS = new NativeWork();

    private final ReentrantReadWriteLock gate = new ReentrantReadWriteLock();
    private volatile boolean ended;

    NativeWork() {}

    /** Work that uses ONNX Runtime. */
    @FunctionalInterface
    interface Work<T> {
        T run() throws OrtException;
    }

    /**
     * Does some work.
     *
     * @throws Fault of kind NOT_READY when the process ends
     */
    <T> T in(Work<T> work) throws OrtException {
        if (ended || !gate.readLock().tryLock()) {
            throw Fault.notReady("The process is ending.");
        }
        try {
            return work.run();
        } finally {
            gate.readLock().unlock();
        }
    }

    /**
     * Lets nobody begin, and waits for those who have begun.
     *
     * @param patience how long to wait at most
     * @return whether nobody is left
     */
    public boolean end(Duration patience) throws InterruptedException {
        ended = true;
        return gate.writeLock().tryLock(patience.toMillis(), TimeUnit.MILLISECONDS);
    }
}
