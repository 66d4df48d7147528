package dev.unmask.graph;

import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnxruntime.platform.Fp16Conversions;
import dev.unmask.checkpoint.Tensor;
import dev.unmask.fault.Fault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;

/**
 * The external weights of a graph, written one tensor after another so that no more than one matrix is ever on the heap.
 * The layout is ONNX's external data: raw little-endian values at an offset of a file beside the graph (ONNX,
 * docs/ExternalData.md).
 */
final class WeightFile implements AutoCloseable {
    /** Offsets are multiples of the page size, so that ONNX Runtime can map the file instead of reading it. */
    private static final int ALIGNMENT = 4096;

    private static final int CHUNK = 1 << 18;

    private static final float LARGEST_HALF = 65504;

    private final String location;
    private final FileChannel channel;
    private final LongConsumer written;
    private final DataType type;
    private final ByteBuffer bytes = ByteBuffer.allocate(CHUNK * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);

    /**
     * @param file the file to create; must not exist
     * @param written receives the bytes of each written piece, for progress
     */
    WeightFile(Path file, LongConsumer written) throws IOException {
        this.location = file.getFileName().toString();
        this.channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        this.written = written;
        this.type = DataType.FLOAT;
    }

    private WeightFile(WeightFile same, DataType type) {
        this.location = same.location;
        this.channel = same.channel;
        this.written = same.written;
        this.type = type;
    }

    /** The same file, for floats rounded to 16 bits (IEEE 754 binary16). Only one of the two must be closed. */
    WeightFile halves() {
        return new WeightFile(this, DataType.FLOAT16);
    }

    /** Writes a tensor of the checkpoint. */
    TensorProto copy(String name, Tensor tensor) {
        TensorProto proto = begin(name, tensor.count(), tensor.shape());
        float[] chunk = new float[(int) Math.min(CHUNK, tensor.count())];
        for (long from = 0; from < tensor.count(); from += chunk.length) {
            int length = (int) Math.min(chunk.length, tensor.count() - from);
            FiniteWeights.read(tensor, from, chunk, 0, length);
            write(name, chunk, length);
        }
        return proto;
    }

    /** Writes values of a shape, in row-major order. */
    TensorProto put(String name, float[] values, long... shape) {
        TensorProto proto = begin(name, values.length, shape);
        write(name, values, values.length);
        return proto;
    }

    /**
     * Writes bytes unchanged.
     *
     * @param tensor name, type and shape; other data in it is ignored
     * @param values the tensor's elements in row-major order, little-endian
     */
    TensorProto copy(TensorProto tensor, ByteBuffer values) {
        TensorProto.Builder proto = TensorProto.newBuilder()
                .setName(tensor.getName())
                .setDataType(tensor.getDataType())
                .addAllDims(tensor.getDimsList());
        try {
            TensorProto placed = place(proto, values.remaining());
            ByteBuffer rest = values.duplicate();
            int end = rest.limit();
            while (rest.position() < end) {
                rest.limit(Math.min(end, rest.position() + CHUNK));
                written.accept(channel.write(rest));
            }
            return placed;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private TensorProto begin(String name, long count, long... shape) {
        TensorProto.Builder proto = TensorProto.newBuilder().setName(name).setDataType(type.getNumber());
        Arrays.stream(shape).forEach(proto::addDims);
        return place(proto, Math.multiplyExact(count, (long) width()));
    }

    /** Makes a tensor refer to the file's next bytes. */
    private TensorProto place(TensorProto.Builder proto, long size) {
        try {
            long offset = (channel.position() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
            channel.position(offset);
            proto.setDataLocation(TensorProto.DataLocation.EXTERNAL);
            // Always in this order, so that equal checkpoints produce equal bytes.
            List.of(
                            Map.entry("location", location),
                            Map.entry("offset", Long.toString(offset)),
                            Map.entry("length", Long.toString(size)))
                    .forEach(entry -> proto.addExternalData(StringStringEntryProto.newBuilder()
                            .setKey(entry.getKey())
                            .setValue(entry.getValue())));
            return proto.build();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private int width() {
        return type == DataType.FLOAT16 ? Short.BYTES : Float.BYTES;
    }

    private void write(String name, float[] values, int length) {
        try {
            for (int from = 0; from < length; from += CHUNK) {
                int count = Math.min(CHUNK, length - from);
                bytes.clear();
                if (type == DataType.FLOAT16) {
                    putHalves(name, values, from, count);
                } else {
                    bytes.asFloatBuffer().put(values, from, count);
                }
                bytes.limit(count * width());
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                written.accept((long) count * width());
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private void putHalves(String name, float[] values, int from, int count) {
        ShortBuffer halves = bytes.asShortBuffer();
        for (int i = from; i < from + count; i++) {
            if (Math.abs(values[i]) > LARGEST_HALF) {
                throw Fault.modelRefused(
                        "The weights of %s reach %s, but fp16's largest number is %.0f; import the model at fp32."
                                .formatted(name, values[i], LARGEST_HALF));
            }
            halves.put(Fp16Conversions.floatToFp16(values[i]));
        }
    }

    @Override
    public void close() throws IOException {
        channel.force(true);
        channel.close();
    }
}
