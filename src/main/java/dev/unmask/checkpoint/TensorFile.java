package dev.unmask.checkpoint;

import dev.unmask.fault.Fault;
import dev.unmask.fault.Wording;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Map;
import java.util.Set;

/**
 * The tensors of one mapped file.
 *
 * @param file its name, for messages
 * @param mapped its bytes
 * @param tensors by name, in the file's order
 */
record TensorFile(String file, MappedFile mapped, Map<String, Tensor> tensors) implements TensorSource {
    /** Bytes of a file, in memory; {@code length} is limited by the caller. */
    static ByteBuffer read(FileChannel channel, long position, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, position + bytes.position()) < 0) {
                throw new EOFException("it ends before byte " + (position + length));
            }
        }
        return bytes.flip();
    }

    @Override
    public Set<String> names() {
        return tensors.keySet();
    }

    @Override
    public Tensor tensor(String name) {
        Tensor tensor = tensors.get(name);
        if (tensor == null) {
            throw Fault.modelRefused(file + " has no tensor " + Wording.quoted(name) + ".");
        }
        return tensor;
    }

    @Override
    public void close() {
        mapped.close();
    }
}
