package dev.unmask.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.util.zip.ZipException;

/**
 * A file as the reader of a zip's directory sees it: it may read so many bytes and no more, since it
 * makes an object of each entry, and a hostile directory could have millions.
 */
final class DirectoryChannel implements SeekableByteChannel {
    /** A BERT of 24 layers has some 400 entries of 300 bytes, local headers included. */
    static final long MOST_BYTES = 4 << 20;

    private final FileChannel channel;
    private long left = MOST_BYTES;

    /** Closing this one leaves the file's channel open. */
    DirectoryChannel(FileChannel channel) {
        this.channel = channel;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        int read = channel.read(into);
        left -= Math.max(read, 0);
        if (left < 0) {
            throw new ZipException("it takes more than " + MOST_BYTES + " bytes, the most allowed");
        }
        return read;
    }

    @Override
    public long position() throws IOException {
        return channel.position();
    }

    @Override
    public SeekableByteChannel position(long position) throws IOException {
        channel.position(position);
        return this;
    }

    @Override
    public long size() throws IOException {
        return channel.size();
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
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
    public void close() {}
}
