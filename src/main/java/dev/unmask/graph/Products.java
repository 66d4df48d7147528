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
     * As {@link #product}, for rows none of whose elements is less than something.
     *
     * @param bias what comes next adds, {@code [out]}; changed where the product comes out with something that has to be
     *     taken off again
     * @param least what no element is less than, 0 or negative
     */
    String product(String name, String rows, String each, float[] weight, float[] bias, float least);

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
