package dev.unmask.graph;

import static dev.unmask.graph.GraphBuilder.attribute;

import ai.onnx.proto.OnnxMl.AttributeProto;
import dev.unmask.checkpoint.BertConfig;
import dev.unmask.engine.GraphNames;
import java.util.List;
import java.util.Optional;

/**
 * Attention over packed tokens. The operator for every provider needs texts in rows of one length: query, key and value of
 * a token lie side by side in one row; read as three rows, they are gathered directly into the padded view, which costs no
 * more than splitting them. CUDA has an operator that takes packed tokens as they are; it wants query, key and value side
 * by side for each head ({@code [tokens, heads, 3, size]}).
 */
final class PackedAttention {
    private final GraphBuilder graph;
    private final GraphBuilder anywhere;
    private final GraphBuilder cuda;
    private final Optional<String> byHead;
    private final AttributeProto heads;
    private final String rowShape;
    private final List<String> viewRows;

    /** @param byHead whether query, key and value lie side by side for each head, as the graph for CUDA needs them */
    PackedAttention(GraphBuilder graph, BertConfig config, boolean byHead) {
        this.graph = graph;
        this.anywhere = graph.only(GraphBuilder.Target.ANY);
        this.cuda = graph.only(GraphBuilder.Target.CUDA);
        this.byHead = byHead
                ? Optional.of(graph.constant("head_shape", -1, config.heads(), 3, config.hidden() / config.heads()))
                : Optional.empty();
        this.heads = attribute("num_heads", config.heads());
        this.rowShape = anywhere.constant("row_shape", -1, config.hidden());
        String query = anywhere.standard("Mul", List.of(GraphNames.PADDED_TOKENS, anywhere.scalar("qkv_rows", 3)));
        this.viewRows = List.of(
                query,
                anywhere.standard("Add", List.of(query, anywhere.scalar("key_row", 1))),
                anywhere.standard("Add", List.of(query, anywhere.scalar("value_row", 2))));
    }

    /**
     * Query, key and value of all tokens.
     *
     * @param products {@code [tokens, 3 * hidden]}, without their bias
     * @param bias of all three one after another, {@code [3 * hidden]}
     */
    record Qkv(String products, String bias) {}

    /**
     * The context of tokens.
     *
     * @param tokens which, {@code [rows]}; all if empty
     * @return {@code [rows, hidden]}
     */
    String context(Qkv qkv, Optional<String> tokens) {
        String context = graph.fresh("context");
        String padded = padded(qkv);
        String cells = tokens.map(some -> anywhere.standard("Gather", List.of(GraphNames.TOKEN_CELLS, some)))
                .orElse(GraphNames.TOKEN_CELLS);
        anywhere.standardInto(
                context, "Gather", List.of(anywhere.standard("Reshape", List.of(padded, rowShape)), cells));
        byHead.ifPresent(
                shape -> packed(context, cuda.standard("Reshape", List.of(qkv.products, shape)), qkv.bias, tokens));
        return context;
    }

    /** In the padded view, {@code [batch, length, hidden]}. */
    private String padded(Qkv qkv) {
        String parts = byHead.map(shape -> anywhere.standard(
                        "Transpose",
                        List.of(anywhere.standard("Reshape", List.of(qkv.products, shape))),
                        attribute("perm", new long[] {0, 2, 1, 3})))
                .orElse(qkv.products);
        String rows = anywhere.standard("Reshape", List.of(parts, rowShape));
        List<String> views = viewRows.stream()
                .map(view -> anywhere.standard("Gather", List.of(rows, view)))
                .toList();
        return anywhere.contrib(
                "MultiHeadAttention",
                List.of(views.get(0), views.get(1), views.get(2), qkv.bias, GraphNames.LENGTHS),
                heads);
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
