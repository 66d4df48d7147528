package dev.unmask.graph;

import static dev.unmask.graph.GraphBuilder.attribute;

import ai.onnx.proto.OnnxMl.AttributeProto;
import dev.unmask.checkpoint.BertConfig;
import dev.unmask.engine.GraphNames;
import java.util.List;
import java.util.Optional;

/**
 * Attention on CUDA in fp16, by an operator that only CUDA has: it takes packed tokens as they are, and wants query, key and
 * value side by side for each head.
 */
final class CudaAttention implements Attention {
    private final GraphBuilder graph;
    private final AttributeProto heads;
    private final String headShape;

    /** @param headShape the shape {@code [tokens, heads, 3, size]} */
    CudaAttention(GraphBuilder graph, BertConfig config, String headShape) {
        this.graph = graph;
        this.heads = attribute("num_heads", config.heads());
        this.headShape = headShape;
    }

    @Override
    public void add(String context, String products, String bias, Optional<String> tokens) {
        String parts = graph.standard("Reshape", List.of(products, headShape));
        String all = tokens.isPresent() ? graph.fresh("context") : context;
        graph.contribInto(
                all,
                "PackedMultiHeadAttention",
                List.of(parts, "", "", bias, GraphNames.TOKEN_OFFSETS, GraphNames.TEXT_STARTS),
                heads);
        tokens.ifPresent(some -> graph.standardInto(context, "Gather", List.of(all, some)));
    }
}
