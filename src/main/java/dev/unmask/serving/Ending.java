package dev.unmask.serving;

import dev.unmask.engine.NativeWork;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.jline.utils.Signals;

/**
 * How the process ends when a signal asks for it: first the work, in order and within a time, then the process. Were that left to the
 * virtual machine, the libraries' shutdown hooks would run beside the work, and ONNX Runtime's takes its environment away
 * from whoever opens a session. A second signal ends the process at once.
 */
public final class Ending {
    /** The signals, and the exit codes by which shells know them. */
    private static final Map<String, Integer> SIGNALS = Map.of("HUP", 129, "INT", 130, "TERM", 143);

    /** How long a batch or an opening of a session may take that has begun. */
    private static final Duration NATIVE = Duration.ofSeconds(30);

    /** How long a command may take to remove what it has begun. */
    private static final Duration CLEANING = Duration.ofSeconds(5);

    private static final AtomicInteger CODE = new AtomicInteger();
    private static final CountDownLatch BEGUN = new CountDownLatch(1);
    private static final CountDownLatch DONE = new CountDownLatch(1);

    private static volatile IntConsumer stop;
    private static volatile Duration longest = NATIVE.plus(CLEANING).plus(CLEANING);

    private Ending() {}

    /** Watches for signals, on behalf of the calling thread, which runs a command and then calls {@link #exit}. */
    public static void watch() {
        Thread command = Thread.currentThread();
        stop = code -> stop(command, code);
        SIGNALS.forEach((signal, code) -> Signals.register(signal, () -> received(code)));
        // Made now, since a process that has run out of something may not be able to later.
        Thread limit = new Thread(Ending::halt, "unmask-end");
        limit.setDaemon(true);
        limit.start();
    }

    /**
     * Has a server stop in its own order.
     *
     * @param server begins the stop and returns; receives the exit code
     */
    public static void by(IntConsumer server) {
        stop = server;
    }

    /** Sets how long the end may take at most. */
    public static void within(Duration most) {
        longest = most;
    }

    /** Asks the server again to stop, if a signal came while it started and could not do so yet. */
    public static void again() {
        if (begun()) {
            stop.accept(CODE.get());
        }
    }

    /** Whether a signal asked for the end. */
    public static boolean begun() {
        return CODE.get() != 0;
    }

    /** Ends the process, with the signal's exit code if one asked for it. */
    public static void exit(int code) {
        DONE.countDown();
        System.exit(begun() ? CODE.get() : code);
    }

    private static void received(int code) {
        if (!CODE.compareAndSet(0, code)) {
            Runtime.getRuntime().halt(code);
        }
        BEGUN.countDown();
        stop.accept(code);
    }

    private static void stop(Thread command, int code) {
        try {
            NativeWork.OF_PROCESS.end(NATIVE);
            command.interrupt();
            DONE.await(CLEANING.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
        System.exit(code);
    }

    private static void halt() {
        try {
            BEGUN.await();
            Thread.sleep(longest.toMillis());
        } catch (InterruptedException nobodyDoes) {
            Thread.currentThread().interrupt();
        }
        System.err.println("The process did not end in time, and is ended now.");
        Runtime.getRuntime().halt(CODE.get());
    }
}
