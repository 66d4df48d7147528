package dev.unmask.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A request's body. It uses about as much memory as it has bytes, whether or not its length was declared and however small
 * its chunks are, and holds its share of the budget until it is released.
 */
final class Body {
    private static final String KEY = Body.class.getName();
    private static final int BLOCK = 16 * 1024;

    private final Budget.Share share;
    private List<byte[]> blocks = new ArrayList<>();
    private int inLast;
    private int size;
    private boolean taken;
    private long arrived;

    /**
     * @param share the budget share for the body's bytes
     * @param length its length if declared, otherwise -1
     * @throws dev.unmask.fault.Fault of kind OUT_OF_ROOM when there is no room for the declared length
     */
    Body(Budget.Share share, int length) {
        this.share = share;
        if (length > 0) {
            addBlock(length);
        }
    }

    /** Takes over the body that was read before the resource was chosen, and the duty to release it. */
    static Body take(RoutingContext context) {
        Body body = context.get(KEY);
        body.taken = true;
        return body;
    }

    /** Releases it, unless it was taken over. */
    void releaseUnlessTaken() {
        if (!taken) {
            release();
        }
    }

    void attachTo(RoutingContext context) {
        context.put(KEY, this);
    }

    private void addBlock(int length) {
        share.takeIfThereIsRoom(length);
        blocks.add(new byte[length]);
        inLast = 0;
    }

    /**
     * Adds bytes that arrived.
     *
     * @throws dev.unmask.fault.Fault of kind OUT_OF_ROOM when there is no room for it
     */
    void append(Buffer chunk) {
        for (int from = 0; from < chunk.length(); ) {
            if (blocks.isEmpty() || inLast == last().length) {
                addBlock(BLOCK);
            }
            int to = Math.min(chunk.length(), from + last().length - inLast);
            chunk.getBytes(from, to, last(), inLast);
            inLast += to - from;
            size += to - from;
            from = to;
        }
    }

    private byte[] last() {
        return blocks.get(blocks.size() - 1);
    }

    /** Records the arrival of the last byte, from which the timeout counts. */
    void complete() {
        arrived = System.nanoTime();
    }

    /** When its last byte arrived, on the clock of {@link System#nanoTime}. */
    long arrived() {
        return arrived;
    }

    /** The bytes so far. */
    int size() {
        return size;
    }

    /** The bytes, from the first on. */
    InputStream stream() {
        List<InputStream> streams = new ArrayList<>(blocks.size());
        for (int i = 0; i < blocks.size(); i++) {
            boolean last = i == blocks.size() - 1;
            streams.add(new ByteArrayInputStream(blocks.get(i), 0, last ? inLast : blocks.get(i).length));
        }
        return new SequenceInputStream(Collections.enumeration(streams));
    }

    /** Frees its memory, once nothing more is read from it. */
    void release() {
        blocks = List.of();
        share.giveBack();
    }
}
