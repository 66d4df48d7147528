package dev.unmask.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.util.zip.ZipException;

/**
 * A file as the zip library's directory reader sees it. It may read only a limited number of bytes, since it makes an
 * object of each entry and a hostile directory could have millions. The reader searches for the directory from the file's
 * end byte by byte, so a part of the file is kept in memory.
 */
final class DirectoryChannel implements SeekableByteChannel {
    /** A BERT of 24 layers has some 400 entries of 300 bytes, local headers included. */
    static final long MOST_BYTES = 4 << 20;

    private static final int WINDOW = 8 << 10;

    private final FileChannel channel;
    private final ByteBuffer window = ByteBuffer.allocate(WINDOW);
    private long windowStart;
    private long position;
    private long left = MOST_BYTES;
    private boolean open = true;

    /** Closing this one leaves the file's channel open. */
    DirectoryChannel(FileChannel channel) {
        this.channel = channel;
        window.limit(0);
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        if (!open) {
            throw new ClosedChannelException();
        }
        if (!into.hasRemaining()) {
            return 0;
        }
        if (position >= channel.size()) {
            return -1;
        }
        if (position < windowStart || position >= windowStart + window.limit()) {
            fill();
        }
        int offset = (int) (position - windowStart);
        int length = Math.min(into.remaining(), window.limit() - offset);
        left -= length;
        if (left < 0) {
            throw new ZipException("the directory takes more than " + MOST_BYTES + " bytes, the most allowed");
        }
        into.put(window.slice(offset, length));
        position += length;
        return length;
    }

    /** Centers the window on the position: the next read may be before or after it. */
    private void fill() throws IOException {
        windowStart = Math.max(0, position - WINDOW / 2);
        window.clear();
        while (window.hasRemaining() && channel.read(window, windowStart + window.position()) >= 0) {}
        window.flip();
        if (position >= windowStart + window.limit()) {
            throw new ZipException("the file was cut short meanwhile");
        }
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public SeekableByteChannel position(long newPosition) {
        if (newPosition < 0) {
            throw new IllegalArgumentException("the directory begins before the file");
        }
        position = newPosition;
        return this;
    }

    @Override
    public long size() throws IOException {
        return channel.size();
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public int write(ByteBuffer from) {
        throw new UnsupportedOperationException();
    }

    @Override
    public SeekableByteChannel truncate(long size) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        open = false;
    }
}
