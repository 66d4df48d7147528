package dev.unmask.checkpoint;

import dev.unmask.fault.Fault;
import dev.unmask.fault.Wording;

/**
 * What a pickle says about a tensor: a view into a storage, as torch's {@code _rebuild_tensor_v2}
 * takes it. Nothing of it is checked until {@link #checkedCount}.
 *
 * @param storage where its elements lie
 * @param offset of its first element in the storage, in elements
 * @param shape its dimensions, outermost first
 * @param stride for each dimension, how many elements apart neighbours are
 */
record PickledTensor(PickledStorage storage, long offset, long[] shape, long[] stride) {
    private static final int MOST_DIMENSIONS = SafetensorsHeader.MOST_DIMENSIONS;

    /**
     * How many elements it has, once it is sure that each of them lies in the storage.
     *
     * @param subject file and tensor, for the sentence
     * @throws Fault of kind MODEL_REFUSED when one doesn't
     */
    long checkedCount(String subject) {
        if (shape.length != stride.length || shape.length > MOST_DIMENSIONS) {
            throw Fault.modelRefused(
                    "%s has %s dimensions and %s strides; as many of one as of the other and up to %s are allowed."
                            .formatted(subject, shape.length, stride.length, MOST_DIMENSIONS));
        }
        boolean empty = false;
        boolean negative = offset < 0;
        for (int i = 0; i < shape.length; i++) {
            empty |= shape[i] == 0;
            negative |= shape[i] < 0 || stride[i] < 0;
        }
        if (negative) {
            throw outside(subject, null);
        }
        if (empty) {
            return 0;
        }
        long count = 1;
        long last = offset;
        try {
            for (int i = 0; i < shape.length; i++) {
                count = Math.multiplyExact(count, shape[i]);
                last = Math.addExact(last, Math.multiplyExact(shape[i] - 1, stride[i]));
            }
            // Read as bytes later on; a view may repeat elements, so that it has more than its storage.
            Math.multiplyExact(count, storage.dtype().bytes());
        } catch (ArithmeticException overflow) {
            throw outside(subject, overflow);
        }
        if (last >= storage.count()) {
            throw outside(subject, null);
        }
        return count;
    }

    private Fault outside(String subject, Throwable cause) {
        return Fault.modelRefused(
                "%s reaches beyond its storage: shape %s, strides %s and offset %s in a storage of %s elements. Is the file complete?"
                        .formatted(subject, Wording.shape(shape), Wording.shape(stride), offset, storage.count()),
                cause);
    }

    /** Whether its elements lie one after the other in row-major order. */
    boolean contiguous() {
        long expected = 1;
        for (int i = shape.length - 1; i >= 0; i--) {
            if (shape[i] != 1 && stride[i] != expected) {
                return false;
            }
            expected *= shape[i];
        }
        return true;
    }
}
