package dev.unmask.checkpoint;

import dev.unmask.fault.Fault;
import dev.unmask.fault.Wording;

/**
 * A named array of numbers in a checkpoint's file, in row-major order whatever its layout there.
 * Reading is safe from several threads; it ends when the {@link TensorSource} is closed.
 */
public interface Tensor {
    /** Its name as the file spells it. */
    String name();

    /** The type of its elements in the file. */
    DType dtype();

    /** Its dimensions, outermost first; a scalar has none. The array is the caller's own. */
    long[] shape();

    /** The number of its elements: the product of its shape, 1 for a scalar. */
    default long count() {
        long count = 1;
        for (long dimension : shape()) {
            count = Math.multiplyExact(count, dimension);
        }
        return count;
    }

    /**
     * Copies elements as floats; F16 and BF16 are widened without rounding.
     *
     * @param from index of the first element, in row-major order
     * @param into receives the floats
     * @param at index in {@code into} of the first float
     * @param length how many elements
     * @throws Fault of kind MODEL_REFUSED when the elements are no F32, F16 or BF16
     * @throws IndexOutOfBoundsException when either range doesn't fit
     * @throws IllegalStateException when the source is closed
     */
    void read(long from, float[] into, int at, int length);

    /**
     * All elements at once; for biases and other small tensors.
     *
     * @throws Fault of kind MODEL_REFUSED when no array can hold them, or as {@link #read} does
     */
    default float[] floats() {
        long count = count();
        if (count > Integer.MAX_VALUE - 8) {
            throw Fault.modelRefused(
                    "Tensor " + Wording.quoted(name()) + " has " + count + " elements, more than one array can hold.");
        }
        float[] all = new float[(int) count];
        read(0, all, 0, all.length);
        return all;
    }
}
