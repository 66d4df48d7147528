package dev.unmask.graph;

import static dev.unmask.graph.GraphBuilder.attribute;

import ai.onnx.proto.OnnxMl.AttributeProto;
import dev.unmask.checkpoint.BertConfig;
import dev.unmask.engine.GraphNames;
import java.util.List;
import java.util.Optional;

/**
 * Attention on CUDA. It has an operator that takes packed tokens as they are, which we use in fp16; it wants query, key and
 * value side by side for each head. In fp32 they are gathered into one padded view.
 */
final class CudaAttention {
    private final GraphBuilder graph;
    private final AttributeProto heads;
    private final Optional<String> headShape;
    private final String rowShape;
    private final List<String> viewRows;

    /** @param byHead whether query, key and value lie side by side for each head */
    CudaAttention(GraphBuilder graph, BertConfig config, boolean byHead) {
        this.graph = graph;
        this.heads = attribute("num_heads", config.heads());
        if (byHead) {
            this.headShape =
                    Optional.of(graph.constant("head_shape", -1, config.heads(), 3, config.hidden() / config.heads()));
            this.rowShape = "";
            this.viewRows = List.of();
            return;
        }
        this.headShape = Optional.empty();
        this.rowShape = graph.constant("row_shape", -1, config.hidden());
        String query = graph.standard("Mul", List.of(GraphNames.PADDED_TOKENS, graph.scalar("qkv_rows", 3)));
        this.viewRows = List.of(
                query,
                graph.standard("Add", List.of(query, graph.scalar("key_row", 1))),
                graph.standard("Add", List.of(query, graph.scalar("value_row", 2))));
    }

    /**
     * Adds the context of tokens.
     *
     * @param context the output's name
     * @param products query, key and value of each token, {@code [tokens, 3 * hidden]}, without their bias
     * @param bias of the queries, and zeros, {@code [3 * hidden]}
     * @param tokens which, {@code [rows]}; all if empty
     */
    void add(String context, String products, String bias, Optional<String> tokens) {
        if (headShape.isEmpty()) {
            String needed = tokens.map(some -> graph.standard("Gather", List.of(GraphNames.TOKEN_CELLS, some)))
                    .orElse(GraphNames.TOKEN_CELLS);
            graph.standardInto(context, "Gather", List.of(padded(products, bias), needed));
            return;
        }
        String parts = graph.standard("Reshape", List.of(products, headShape.get()));
        String all = tokens.isPresent() ? graph.fresh("context") : context;
        graph.contribInto(
                all,
                "PackedMultiHeadAttention",
                List.of(parts, "", "", bias, GraphNames.TOKEN_OFFSETS, GraphNames.TEXT_STARTS),
                heads);
        tokens.ifPresent(some -> graph.standardInto(context, "Gather", List.of(all, some)));
    }

    /** The context of the padded view's cells, {@code [texts * length, hidden]}. */
    private String padded(String products, String bias) {
        String rows = graph.standard("Reshape", List.of(products, rowShape));
        List<String> parts = viewRows.stream()
                .map(places -> graph.standard("Gather", List.of(rows, places)))
                .toList();
        String context = graph.contrib(
                "MultiHeadAttention",
                List.of(parts.get(0), parts.get(1), parts.get(2), bias, GraphNames.LENGTHS),
                heads);
        return graph.standard("Reshape", List.of(context, rowShape));
    }
}
