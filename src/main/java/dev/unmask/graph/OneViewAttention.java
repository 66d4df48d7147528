package dev.unmask.graph;

import static dev.unmask.graph.GraphBuilder.attribute;

import ai.onnx.proto.OnnxMl.AttributeProto;
import dev.unmask.checkpoint.BertConfig;
import dev.unmask.engine.GraphNames;
import java.util.List;
import java.util.Optional;

/** Attention on CUDA in fp32: query, key and value lie side by side, and are gathered into one padded view. */
final class OneViewAttention implements Attention {
    private final GraphBuilder graph;
    private final AttributeProto heads;
    private final String rowShape;
    private final List<String> viewRows;

    OneViewAttention(GraphBuilder graph, BertConfig config) {
        this.graph = graph;
        this.heads = attribute("num_heads", config.heads());
        this.rowShape = graph.constant("row_shape", -1, config.hidden());
        String query = graph.standard("Mul", List.of(GraphNames.PADDED_TOKENS, graph.scalar("qkv_rows", 3)));
        this.viewRows = List.of(
                query,
                graph.standard("Add", List.of(query, graph.scalar("key_row", 1))),
                graph.standard("Add", List.of(query, graph.scalar("value_row", 2))));
    }

    @Override
    public void add(String context, Qkv qkv, Optional<String> tokens) {
        String rows = graph.standard("Reshape", List.of(qkv.products(), rowShape));
        List<String> parts = viewRows.stream()
                .map(places -> graph.standard("Gather", List.of(rows, places)))
                .toList();
        String padded = graph.contrib(
                "MultiHeadAttention",
                List.of(parts.get(0), parts.get(1), parts.get(2), qkv.bias(), GraphNames.LENGTHS),
                heads);
        Attention.gather(graph, context, graph.standard("Reshape", List.of(padded, rowShape)), tokens);
    }
}
