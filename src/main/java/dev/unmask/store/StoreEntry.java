package dev.unmask.store;

/**
 * One line of what a store holds.
 *
 * @param name the entry's folder; of a link, with what it leads to
 * @param state whether it can be served
 * @param manifest what it is; null where there is none that can be read
 * @param size bytes of all its files
 */
public record StoreEntry(String name, State state, Manifest manifest, long size) {
    /** Whether an entry can be served. */
    public enum State {
        /** An import that is whole; its digests are verified when it is loaded. */
        IMPORTED,
        /** A checkpoint's folder as it was published; it is imported at first start. */
        CHECKPOINT,
        /** An entry whose manifest can't be read or is of another version: it has to be imported again. */
        DAMAGED,
        /** A link to another entry, or elsewhere: that is served, and loaded anew when the link is turned. */
        LINK,
        /** A half-written entry or download; it is never served. */
        UNFINISHED,
        /** Nothing that is known here. */
        UNKNOWN
    }
}
