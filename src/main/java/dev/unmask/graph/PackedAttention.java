package dev.unmask.graph;

import static dev.unmask.graph.GraphBuilder.attribute;

import ai.onnx.proto.OnnxMl.AttributeProto;
import dev.unmask.checkpoint.BertConfig;
import dev.unmask.engine.GraphNames;
import java.util.List;
import java.util.Optional;

/**
 * Attention over packed tokens. The operator that every provider has needs texts in rows of one length: query, key and value
 * of a token lie side by side in one row; read as three rows, they are gathered directly into the padded view, which costs
 * no more than splitting them. On processors there are two such views, one of them for the batch's long texts: in one alone,
 * short texts would take as long as the longest.
 *
 * <p>CUDA has an operator that takes packed tokens as they are; it wants query, key and value side by side for each head
 * ({@code [tokens, heads, 3, size]}).
 */
final class PackedAttention {
    /**
     * What is added to the scores of cells past a text's end. They repeat the text's first token, so that each gets exp(-50),
     * 2e-22, of that token's weight: far too little to show among 24 bits. The operator's own default, -10,000, would leave
     * subnormal numbers, with which processors multiply so slowly that attention over texts of different lengths takes twice
     * as long.
     */
    private static final float PAST_END = -50f;

    private final GraphBuilder graph;
    private final GraphBuilder cpu;
    private final GraphBuilder cuda;
    private final Optional<String> byHead;
    private final AttributeProto heads;
    private final AttributeProto pastEnd = attribute("mask_filter_value", PAST_END);
    private final String rowShape;
    private final View texts;
    private final View longTexts;

    /** @param byHead whether query, key and value lie side by side for each head, as packed attention needs them */
    PackedAttention(GraphBuilder graph, BertConfig config, boolean byHead) {
        this.graph = graph;
        this.cpu = graph.only(GraphBuilder.Target.CPU);
        this.cuda = graph.only(GraphBuilder.Target.CUDA);
        this.byHead = byHead
                ? Optional.of(graph.constant("head_shape", -1, config.heads(), 3, config.hidden() / config.heads()))
                : Optional.empty();
        this.heads = attribute("num_heads", config.heads());
        GraphBuilder padded = byHead ? cpu : graph;
        this.rowShape = padded.constant("row_shape", -1, config.hidden());
        String parts = padded.scalar("qkv_rows", 3);
        String key = padded.scalar("key_row", 1);
        String value = padded.scalar("value_row", 2);
        this.texts = View.of(padded, GraphNames.PADDED_TOKENS, GraphNames.LENGTHS, parts, key, value);
        this.longTexts = View.of(cpu, GraphNames.LONG_PADDED_TOKENS, GraphNames.LONG_LENGTHS, parts, key, value);
    }

    /**
     * Query, key and value of all tokens.
     *
     * @param products {@code [tokens, 3 * hidden]}, without their bias
     * @param bias of all three one after another, {@code [3 * hidden]}
     */
    record Qkv(String products, String bias) {}

    /**
     * A padded view.
     *
     * @param rows of query, key and value in each cell, if they are rows one after another; each {@code [texts, length]}
     * @param lengths of the texts
     */
    private record View(List<String> rows, String lengths) {
        static View of(GraphBuilder graph, String tokens, String lengths, String parts, String key, String value) {
            String query = graph.standard("Mul", List.of(tokens, parts));
            return new View(
                    List.of(
                            query,
                            graph.standard("Add", List.of(query, key)),
                            graph.standard("Add", List.of(query, value))),
                    lengths);
        }
    }

    /**
     * The context of tokens.
     *
     * @param tokens which, {@code [rows]}; all if empty
     * @return {@code [rows, hidden]}
     */
    String context(Qkv qkv, Optional<String> tokens) {
        String context = graph.fresh("context");
        String rows = rows(cpu, qkv.products);
        String cells = cpu.standard(
                "Concat",
                List.of(padded(cpu, texts, rows, qkv.bias), padded(cpu, longTexts, rows, qkv.bias)),
                attribute("axis", 0));
        gather(cpu, context, cells, tokens);
        if (byHead.isPresent()) {
            packed(context, cuda.standard("Reshape", List.of(qkv.products, byHead.get())), qkv.bias, tokens);
        } else {
            gather(cuda, context, padded(cuda, texts, rows(cuda, qkv.products), qkv.bias), tokens);
        }
        return context;
    }

    /** Query, key and value of each token as three rows, {@code [3 * tokens, hidden]}. */
    private String rows(GraphBuilder target, String products) {
        String parts = byHead.map(shape -> target.standard(
                        "Transpose",
                        List.of(target.standard("Reshape", List.of(products, shape))),
                        attribute("perm", new long[] {0, 2, 1, 3})))
                .orElse(products);
        return target.standard("Reshape", List.of(parts, rowShape));
    }

    /** The context of a view's cells, {@code [texts * length, hidden]}. */
    private String padded(GraphBuilder target, View view, String rows, String bias) {
        List<String> parts = view.rows.stream()
                .map(places -> target.standard("Gather", List.of(rows, places)))
                .toList();
        String context = target.contrib(
                "MultiHeadAttention",
                List.of(parts.get(0), parts.get(1), parts.get(2), bias, view.lengths),
                target == cpu ? new AttributeProto[] {heads, pastEnd} : new AttributeProto[] {heads});
        return target.standard("Reshape", List.of(context, rowShape));
    }

    private static void gather(GraphBuilder target, String context, String cells, Optional<String> tokens) {
        String needed = tokens.map(some -> target.standard("Gather", List.of(GraphNames.TOKEN_CELLS, some)))
                .orElse(GraphNames.TOKEN_CELLS);
        target.standardInto(context, "Gather", List.of(cells, needed));
    }

    private void packed(String context, String parts, String bias, Optional<String> tokens) {
        String all = tokens.isPresent() ? cuda.fresh("context") : context;
        cuda.contribInto(
                all,
                "PackedMultiHeadAttention",
                List.of(parts, "", "", bias, GraphNames.TOKEN_OFFSETS, GraphNames.TEXT_STARTS),
                heads);
        tokens.ifPresent(some -> cuda.standardInto(context, "Gather", List.of(all, some)));
    }
}
