package dev.unmask.checkpoint;

import dev.unmask.fault.Fault;
import dev.unmask.fault.Wording;
import java.nio.ByteBuffer;
import java.nio.ShortBuffer;
import java.util.Objects;

/**
 * A tensor whose elements lie row by row, little-endian, in a mapped file.
 *
 * @param count the product of the shape, checked by the caller against the file
 * @param position of the first element, in bytes from the file's start
 */
record MappedTensor(String name, DType dtype, long[] shape, long count, MappedFile file, long position)
        implements Tensor {
    @Override
    public long[] shape() {
        return shape.clone();
    }

    @Override
    public void read(long from, float[] into, int at, int length) {
        if (!dtype.readableAsFloats()) {
            throw Fault.modelRefused("Tensor %s is of type %s; only F32, F16 and BF16 can be read as floats."
                    .formatted(Wording.quoted(name), dtype));
        }
        Objects.checkFromIndexSize(from, (long) length, count);
        Objects.checkFromIndexSize(at, length, into.length);
        int done = 0;
        while (done < length) {
            ByteBuffer bytes = file.from(position + (from + done) * dtype.bytes());
            int run = Math.min(length - done, bytes.remaining() / dtype.bytes());
            decode(bytes, into, at + done, run);
            done += run;
        }
    }

    private void decode(ByteBuffer bytes, float[] into, int at, int length) {
        if (dtype == DType.F32) {
            bytes.asFloatBuffer().get(into, at, length);
            return;
        }
        ShortBuffer halves = bytes.asShortBuffer();
        if (dtype == DType.F16) {
            for (int i = 0; i < length; i++) {
                into[at + i] = SixteenBits.half(halves.get(i));
            }
        } else {
            for (int i = 0; i < length; i++) {
                into[at + i] = SixteenBits.brain(halves.get(i));
            }
        }
    }

    @Override
    public String toString() {
        return Wording.quoted(name) + " " + dtype + " " + Wording.shape(shape);
    }
}
