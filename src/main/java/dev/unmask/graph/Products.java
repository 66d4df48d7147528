package dev.unmask.graph;

import dev.unmask.checkpoint.Tensor;

/** How a graph computes the products of rows with a model's weights. */
interface Products {
    /**
     * Adds {@code rows · weight}; the bias is added by what comes next.
     *
     * @param name what the weight is called in the graph
     * @param rows {@code [rows, in]}
     * @param each a graph input with one element for each row
     * @param weight {@code [in, out]}, in row-major order
     * @param out columns of the result
     * @return {@code [rows, out]}
     */
    String product(String name, String rows, String each, float[] weight, int out);

    /**
     * Adds {@code rows · weightᵀ + bias}, for a weight too large to be turned round on the heap.
     *
     * @param weight {@code [out, in]}
     * @param bias a constant {@code [out]}
     */
    String transposed(String name, String rows, String each, Tensor weight, String bias);

    /** How many bytes of the weight file a matrix takes. */
    long bytes(long in, long out);
}
