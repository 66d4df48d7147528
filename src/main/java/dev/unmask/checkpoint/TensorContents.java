package dev.unmask.checkpoint;

import java.util.Arrays;

/** Comparing what tensors hold. */
final class TensorContents {
    private static final int CHUNK = 1 << 16;

    private TensorContents() {}

    /**
     * Whether two tensors of the same shape hold the same floats, whatever their types in the file;
     * piece by piece, and done at the first difference.
     */
    static boolean equal(Tensor one, Tensor other) {
        long count = one.count();
        int chunk = (int) Math.min(CHUNK, count);
        float[] left = new float[chunk];
        float[] right = new float[chunk];
        for (long from = 0; from < count; from += chunk) {
            int length = (int) Math.min(chunk, count - from);
            one.read(from, left, 0, length);
            other.read(from, right, 0, length);
            if (Arrays.mismatch(left, 0, length, right, 0, length) >= 0) {
                return false;
            }
        }
        return true;
    }
}
