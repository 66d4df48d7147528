package dev.unmask.store;

/**
 * One item in a store's list.
 *
 * @param name the entry's folder; for a link, with its target
 * @param state whether it can be served
 * @param manifest its manifest; null if it can't be read
 * @param size bytes of all its files
 */
public record StoreEntry(String name, State state, Manifest manifest, long size) {
    /** Whether an entry can be served. */
    public enum State {
        /** A complete import; its digests are verified when it is loaded. */
        IMPORTED,
        /** A checkpoint's folder as it was published; it is imported at first start. */
        CHECKPOINT,
        /** An entry whose manifest can't be read or is of another version: it must be imported again. */
        DAMAGED,
        /** A link: its target is served, and reloaded when the link is switched. */
        LINK,
        /** A link to nothing. */
        DANGLING,
        /** A half-written entry or download; it is never served. */
        UNFINISHED,
        /** Something unknown. */
        UNKNOWN
    }
}
