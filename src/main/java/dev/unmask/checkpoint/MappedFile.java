package dev.unmask.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;

/**
 * A file's bytes in memory, in segments because a buffer ends at 2 GiB. Each segment reaches a few
 * bytes into the next one, so that an element never lies across a border.
 *
 * <p>Java 17 can't unmap: after {@link #close} the pages are released when the buffers are collected.
 */
final class MappedFile implements AutoCloseable {
    private static final int SEGMENT = 1 << 30;
    private static final int WIDEST_ELEMENT = 8;

    private final int segmentSize;
    private volatile MappedByteBuffer[] segments;

    private MappedFile(int segmentSize, MappedByteBuffer[] segments) {
        this.segmentSize = segmentSize;
        this.segments = segments;
    }

    static MappedFile map(FileChannel channel, long size) throws IOException {
        return map(channel, size, SEGMENT);
    }

    static MappedFile map(FileChannel channel, long size, int segmentSize) throws IOException {
        int count = Math.toIntExact((size + segmentSize - 1) / segmentSize);
        MappedByteBuffer[] segments = new MappedByteBuffer[count];
        for (int i = 0; i < count; i++) {
            long start = (long) i * segmentSize;
            long length = Math.min(size - start, (long) segmentSize + WIDEST_ELEMENT);
            segments[i] = channel.map(MapMode.READ_ONLY, start, length);
        }
        return new MappedFile(segmentSize, segments);
    }

    /**
     * A little-endian view that begins at a position of the file and ends with its segment: it holds
     * at least one element of up to eight bytes if the file does.
     */
    ByteBuffer from(long position) {
        MappedByteBuffer[] open = segments;
        if (open == null) {
            throw new IllegalStateException("The checkpoint is closed.");
        }
        MappedByteBuffer segment = open[Math.toIntExact(position / segmentSize)];
        int offset = (int) (position % segmentSize);
        return segment.slice(offset, segment.limit() - offset).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public void close() {
        segments = null;
    }
}
