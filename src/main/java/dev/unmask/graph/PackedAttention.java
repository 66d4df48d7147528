package dev.unmask.graph;

import static dev.unmask.graph.GraphBuilder.attribute;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.unmask.checkpoint.BertConfig;
import dev.unmask.engine.GraphNames;
import java.util.List;

/**
 * Attention over packed tokens. Query, key and value of a token lie side by side in one row; read as three rows, they are
 * gathered directly into the padded view, which costs no more than splitting them.
 */
final class PackedAttention {
    private final GraphBuilder graph;
    private final BertConfig config;
    private final String rowShape;
    private final List<String> viewRows;
    private final String lengths;

    /**
     * @param starts whether to pass lengths together with each text's start in the padded view: the form that CUDA's
     *     memory-efficient attention needs, the only fused kernel for several lengths that works without cuDNN and on
     *     Hopper (onnxruntime, contrib_ops/cuda/bert/multihead_attention.cc). On the CPU both forms are equivalent.
     */
    PackedAttention(GraphBuilder graph, BertConfig config, boolean starts) {
        this.graph = graph;
        this.config = config;
        this.rowShape = graph.constant("row_shape", -1, config.hidden());
        String query = graph.standard("Mul", List.of(GraphNames.PADDED_TOKENS, graph.scalar("qkv_rows", 3)));
        this.viewRows = List.of(
                query,
                graph.standard("Add", List.of(query, graph.scalar("key_row", 1))),
                graph.standard("Add", List.of(query, graph.scalar("value_row", 2))));
        this.lengths = starts ? lengthsAndStarts() : GraphNames.LENGTHS;
    }

    /** The lengths, and twice the first cell of each text and the end of the last, {@code [3 * batch + 2]}. */
    private String lengthsAndStarts() {
        String shape = graph.standard("Shape", List.of(GraphNames.PADDED_TOKENS));
        String length = number(shape, 1);
        String end = graph.standard("Add", List.of(graph.standard("Mul", List.of(number(shape, 0), length)), length));
        String starts = graph.standard("Range", List.of(graph.scalar("first_start", 0), end, length));
        return graph.standard("Concat", List.of(GraphNames.LENGTHS, starts, starts), attribute("axis", 0));
    }

    private String number(String shape, int dimension) {
        String wide = graph.standard("Gather", List.of(shape, graph.scalar("dimension_" + dimension, dimension)));
        return graph.standard("Cast", List.of(wide), attribute("to", DataType.INT32.getNumber()));
    }

    /**
     * Query, key and value of all tokens.
     *
     * @param products {@code [tokens, 3 * hidden]}, without their bias
     * @param bias of all three, {@code [3 * hidden]}
     */
    record Qkv(String products, String bias) {}

    /**
     * The context of some tokens.
     *
     * @param cells the tokens' cells in the padded view, {@code [rows]}
     * @return {@code [rows, hidden]}
     */
    String context(Qkv qkv, String cells) {
        String rows = graph.standard("Reshape", List.of(qkv.products, rowShape));
        String padded = graph.contrib(
                "MultiHeadAttention",
                List.of(view(rows, 0), view(rows, 1), view(rows, 2), qkv.bias, lengths),
                attribute("num_heads", config.heads()));
        String flat = graph.standard("Reshape", List.of(padded, rowShape));
        return graph.standard("Gather", List.of(flat, cells));
    }

    /** Query, key or value, {@code [batch, length, hidden]}. */
    private String view(String rows, int part) {
        return graph.standard("Gather", List.of(rows, viewRows.get(part)));
    }
}
