package dev.unmask.it;

import java.time.Duration;

/** What becomes true in a while. */
final class Eventually {
    private static final Duration PAUSE = Duration.ofMillis(50);

    /** An assertion that may fail for now. */
    interface Check {
        void run() throws Exception;
    }

    private Eventually() {}

    /** Repeats a check until it holds; fails with its last failure when it never does. */
    static void within(Duration patience, String what, Check check) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            try {
                check.run();
                return;
            } catch (InterruptedException stopped) {
                throw stopped;
            } catch (Exception | AssertionError notYet) {
                if (System.nanoTime() > deadline) {
                    throw new AssertionError("Waited in vain for " + what + ": " + notYet.getMessage(), notYet);
                }
            }
            Thread.sleep(PAUSE.toMillis());
        }
    }
}
