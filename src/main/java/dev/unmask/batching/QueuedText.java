package dev.unmask.batching;

/** One text in the queue. Compared by identity. */
final class QueuedText {
    private final TextRequest request;
    private final int index;
    private final MaskedText text;

    /** Whether it is in a batch already, or no longer wanted. */
    boolean taken;

    /** @param index the text's place in its request */
    QueuedText(TextRequest request, int index, MaskedText text) {
        this.request = request;
        this.index = index;
        this.text = text;
    }

    TextRequest request() {
        return request;
    }

    int index() {
        return index;
    }

    MaskedText text() {
        return text;
    }
}
