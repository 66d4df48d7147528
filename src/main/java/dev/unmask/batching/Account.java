package dev.unmask.batching;

/** Receives what a request costs, as that becomes known; on any thread. */
@FunctionalInterface
public interface Account {

    /**
     * About how many bytes of memory the answer will take until it is sent. Called before any of it is computed.
     *
     * @throws dev.unmask.fault.Fault to refuse that
     */
    void memory(long bytes);

    /** How many texts there are, and how many tokens they have together, once they are tokenized. */
    default void texts(int texts, long tokens) {}
}
