package dev.unmask.graph;

import dev.unmask.checkpoint.BertConfig;
import java.util.List;
import java.util.Optional;

/**
 * Attention over packed tokens, for processors and for CUDA. Keys and values have no bias: a key's changes all scores of a
 * query by the same amount, which softmax ignores, and a value's is added to each context whatever the weights are, since
 * they sum to one, so that it belongs to the next product's bias.
 */
final class PackedAttention {
    private final GraphBuilder graph;
    private final List<Attention> providers;

    PackedAttention(GraphBuilder graph, BertConfig config, boolean half) {
        this.graph = graph;
        GraphBuilder cuda = graph.only(GraphBuilder.Target.CUDA);
        this.providers = List.of(
                new CpuAttention(graph.only(GraphBuilder.Target.CPU), config),
                half ? new CudaAttention(cuda, config) : new OneViewAttention(cuda, config));
    }

    /**
     * The context of tokens, without the values' bias.
     *
     * @param tokens which, {@code [rows]}; all if empty
     * @return {@code [rows, hidden]}
     */
    String context(Attention.Qkv qkv, Optional<String> tokens) {
        String context = graph.fresh("context");
        providers.forEach(provider -> provider.add(context, qkv, tokens));
        return context;
    }
}
