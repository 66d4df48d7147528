package dev.unmask.graph;

import dev.unmask.checkpoint.Tensor;

/** How a graph multiplies rows with a model's weights. */
interface Products {
    /**
     * Adds {@code rows · weight}; the bias is added by the next operator.
     *
     * @param name the weight's name in the graph
     * @param rows {@code [rows, in]}
     * @param each a graph input with one element for each row
     * @param weight {@code [in + copies, out]}, in row-major order
     * @param out columns of the result
     * @param copies which columns of the rows are appended to them again
     * @return {@code [rows, out]}
     */
    String product(String name, String rows, String each, float[] weight, int out, long... copies);

    /**
     * Like {@link #product}, for rows with a known lower bound.
     *
     * @param bias added by the next operator, {@code [out]}; changed if the product has an offset that must be subtracted
     *     again
     * @param least the lower bound of all elements, 0 or negative
     */
    String product(String name, String rows, String each, float[] weight, float[] bias, float least);

    /**
     * Adds {@code rows · weightᵀ + bias}, for a weight too large to be transposed on the heap.
     *
     * @param weight {@code [out, in]}
     * @param bias a constant {@code [out]}
     */
    String transposed(String name, String rows, String each, Tensor weight, String bias);

    /** The same for products of few rows, which can afford more precision where there is less than 32 bits. */
    Products ofFewRows();

    /** How many bytes of the weight file a matrix takes. */
    long bytes(long in, long out);
}
