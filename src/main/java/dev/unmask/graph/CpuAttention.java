package dev.unmask.graph;

import static dev.unmask.graph.GraphBuilder.attribute;

import ai.onnx.proto.OnnxMl.AttributeProto;
import dev.unmask.checkpoint.BertConfig;
import dev.unmask.engine.GraphNames;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Attention on processors. Its operator needs texts in rows of one length: there are two such views of the packed tokens,
 * one of them for the batch's long texts, since in one alone short texts would take as long as the longest. Query, key and
 * value lie side by side, and are gathered directly into the views, keys and values head by head, as the operator would have to turn them.
 */
final class CpuAttention implements Attention {
    /**
     * What is added to the scores of cells past a text's end. They repeat the text's first token, so that each gets exp(-50),
     * 2e-22, of that token's weight: far too little to show among 24 bits. The operator's own default, -10,000, would leave
     * subnormal numbers, with which processors multiply so slowly that attention over texts of different lengths takes twice
     * as long.
     */
    private static final float PAST_END = -50f;

    private final GraphBuilder graph;
    private final AttributeProto[] attributes;
    private final String rowShape;
    private final String headShape;
    private final String rowsOfToken;
    private final String headsOfToken;
    private final String keyHeads;
    private final String valueHeads;
    private final String headsAxis;
    private final View texts;
    private final View longTexts;

    CpuAttention(GraphBuilder graph, BertConfig config) {
        int heads = config.heads();
        this.graph = graph;
        this.attributes =
                new AttributeProto[] {attribute("num_heads", heads), attribute("mask_filter_value", PAST_END)};
        this.rowShape = graph.constant("row_shape", -1, config.hidden());
        this.headShape = graph.constant("head_shape", -1, config.hidden() / heads);
        this.rowsOfToken = graph.scalar("rows_of_token", 3);
        this.headsOfToken = graph.scalar("heads_of_token", 3 * heads);
        this.keyHeads = heads("key_heads", heads, heads);
        this.valueHeads = heads("value_heads", 2 * heads, heads);
        this.headsAxis = graph.constant("heads_axis", 1);
        this.texts = view(GraphNames.PADDED_TOKENS, GraphNames.LENGTHS);
        this.longTexts = view(GraphNames.LONG_PADDED_TOKENS, GraphNames.LONG_LENGTHS);
    }

    private String heads(String name, int first, int heads) {
        return graph.constant(name, IntStream.range(first, first + heads).toArray(), 1, heads, 1);
    }

    /**
     * A padded view of query, key and value.
     *
     * @param queries where the query of each cell is, counted in rows {@code [hidden]}; {@code [texts, length]}
     * @param keys where each head's key is, counted in rows of a head; {@code [texts, heads, length]}
     * @param values the same of values
     * @param lengths of the texts
     */
    private record View(String queries, String keys, String values, String lengths) {}

    private View view(String tokens, String lengths) {
        String firstHead =
                graph.standard("Unsqueeze", List.of(graph.standard("Mul", List.of(tokens, headsOfToken)), headsAxis));
        return new View(
                graph.standard("Mul", List.of(tokens, rowsOfToken)),
                graph.standard("Add", List.of(firstHead, keyHeads)),
                graph.standard("Add", List.of(firstHead, valueHeads)),
                lengths);
    }

    @Override
    public void add(String context, Qkv qkv, Optional<String> tokens) {
        String rows = graph.standard("Reshape", List.of(qkv.products(), rowShape));
        String heads = graph.standard("Reshape", List.of(qkv.products(), headShape));
        String cells = graph.standard(
                "Concat",
                List.of(attention(texts, rows, heads, qkv.bias()), attention(longTexts, rows, heads, qkv.bias())),
                attribute("axis", 0));
        Attention.gather(graph, context, cells, tokens);
    }

    /** The context of a view's cells, {@code [texts * length, hidden]}. */
    private String attention(View view, String rows, String heads, String bias) {
        String context = graph.contrib(
                "MultiHeadAttention",
                List.of(
                        graph.standard("Gather", List.of(rows, view.queries)),
                        graph.standard("Gather", List.of(heads, view.keys)),
                        graph.standard("Gather", List.of(heads, view.values)),
                        bias,
                        view.lengths),
                attributes);
        return graph.standard("Reshape", List.of(context, rowShape));
    }
}
