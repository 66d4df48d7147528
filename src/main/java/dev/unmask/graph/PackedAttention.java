package dev.unmask.graph;

import static dev.unmask.graph.GraphBuilder.attribute;

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
    private final GraphBuilder processors;
    private final Attention cpu;
    private final Attention cuda;
    private final Optional<String> byHead;

    /** @param byHead whether query, key and value lie side by side for each head, as packed attention on CUDA needs them */
    PackedAttention(GraphBuilder graph, BertConfig config, boolean byHead) {
        this.graph = graph;
        this.processors = graph.only(GraphBuilder.Target.CPU);
        this.cpu = new CpuAttention(processors, config);
        this.byHead = byHead
                ? Optional.of(graph.constant("by_head_shape", -1, config.heads(), 3, config.hidden() / config.heads()))
                : Optional.empty();
        GraphBuilder onCuda = graph.only(GraphBuilder.Target.CUDA);
        this.cuda = this.byHead
                .<Attention>map(shape -> new CudaAttention(onCuda, config, shape))
                .orElseGet(() -> new OneViewAttention(onCuda, config));
    }

    /**
     * Query, key and value of all tokens.
     *
     * @param products {@code [tokens, 3 * hidden]}, without bias
     * @param bias of the queries, and zeros, {@code [3 * hidden]}
     */
    record Qkv(String products, String bias) {}

    /**
     * The context of tokens, without the values' bias.
     *
     * @param tokens which, {@code [rows]}; all if empty
     * @return {@code [rows, hidden]}
     */
    String context(Qkv qkv, Optional<String> tokens) {
        String context = graph.fresh("context");
        String sideBySide = byHead.map(shape -> processors.standard(
                        "Transpose",
                        List.of(processors.standard("Reshape", List.of(qkv.products, shape))),
                        attribute("perm", new long[] {0, 2, 1, 3})))
                .orElse(qkv.products);
        cpu.add(context, sideBySide, qkv.bias, tokens);
        cuda.add(context, qkv.products, qkv.bias, tokens);
        return context;
    }
}
