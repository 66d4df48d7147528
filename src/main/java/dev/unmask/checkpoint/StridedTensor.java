package dev.unmask.checkpoint;

import dev.unmask.fault.Wording;
import java.util.Objects;

/**
 * A view into a storage whose elements don't lie in row-major order there: transposed, sliced, repeated.
 *
 * @param count the product of the shape, as {@link PickledTensor#checkedCount} found it
 * @param view with at least one dimension
 * @param storage all elements of the storage, in one dimension
 */
record StridedTensor(String name, long count, PickledTensor view, MappedTensor storage) implements Tensor {
    @Override
    public DType dtype() {
        return storage.dtype();
    }

    @Override
    public long[] shape() {
        return view.shape().clone();
    }

    @Override
    public void read(long from, float[] into, int at, int length) {
        Objects.checkFromIndexSize(from, (long) length, count);
        Objects.checkFromIndexSize(at, length, into.length);
        long[] shape = view.shape();
        int innermost = shape.length - 1;
        long step = view.stride()[innermost];
        int done = 0;
        while (done < length) {
            long index = from + done;
            int run = (int) Math.min(length - done, shape[innermost] - index % shape[innermost]);
            long position = position(index);
            if (step == 1) {
                storage.read(position, into, at + done, run);
            } else {
                for (int i = 0; i < run; i++) {
                    storage.read(position + i * step, into, at + done + i, 1);
                }
            }
            done += run;
        }
    }

    /** The index in the storage of the element with a row-major index. */
    private long position(long index) {
        long position = view.offset();
        long rest = index;
        for (int i = view.shape().length - 1; i >= 0; i--) {
            position += rest % view.shape()[i] * view.stride()[i];
            rest /= view.shape()[i];
        }
        return position;
    }

    @Override
    public String toString() {
        return Wording.quoted(name) + " " + dtype() + " " + Wording.shape(view.shape());
    }
}
