package dev.unmask.batching;

/** One text in the queue. Compared by identity. */
final class QueuedText {
    private final TextRequest request;
    private final int index;
    private final MaskedText text;
    private final double cost;

    /** Whether it is in a batch already, or no longer wanted. */
    boolean taken;

    /**
     * @param index the text's place in its request
     * @param cost in tokens
     */
    QueuedText(TextRequest request, int index, MaskedText text, double cost) {
        this.cost = cost;
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

    double cost() {
        return cost;
    }
}
