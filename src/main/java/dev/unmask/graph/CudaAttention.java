package dev.unmask.graph;

import static dev.unmask.graph.GraphBuilder.attribute;

import ai.onnx.proto.OnnxMl.AttributeProto;
import dev.unmask.checkpoint.BertConfig;
import dev.unmask.engine.GraphNames;
import java.util.List;
import java.util.Optional;

/**
 * Attention on CUDA in fp16, by an operator that only CUDA has: it takes packed tokens as they are, and multiplies them with
 * the weights of query, key and value itself.
 */
final class CudaAttention implements Attention {
    private final GraphBuilder graph;
    private final AttributeProto heads;

    CudaAttention(GraphBuilder graph, BertConfig config) {
        this.graph = graph;
        this.heads = attribute("num_heads", config.heads());
    }

    @Override
    public void add(String context, Qkv qkv, Optional<String> tokens) {
        String all = tokens.isPresent() ? graph.fresh("context") : context;
        graph.contribInto(
                all,
                "PackedAttention",
                List.of(qkv.states(), qkv.weight(), qkv.bias(), GraphNames.TOKEN_OFFSETS, GraphNames.TEXT_STARTS),
                heads);
        tokens.ifPresent(some -> graph.standardInto(context, "Gather", List.of(all, some)));
    }
}
