package dev.unmask.graph;

import dev.unmask.engine.GraphNames;
import java.util.List;
import java.util.Optional;

/** Attention over packed tokens, in the operators of one provider. */
interface Attention {
    /**
     * Query, key and value of all tokens.
     *
     * @param products {@code [tokens, 3 * hidden]}, without bias; in fp16 only on processors
     * @param states of which they are products, {@code [tokens, hidden]}
     * @param weight by which to multiply {@code states}, {@code [hidden, 3 * hidden]}; only in fp16
     * @param bias of the queries, and zeros, {@code [3 * hidden]}
     */
    record Qkv(String products, String states, String weight, String bias) {}

    /**
     * Adds the context of tokens.
     *
     * @param context the output's name; {@code [rows, hidden]}
     * @param qkv query, key and value of each token
     * @param tokens which, {@code [rows]}; all if empty
     */
    void add(String context, Qkv qkv, Optional<String> tokens);

    /** Adds the context of tokens from that of a padded view's cells, {@code [cells, hidden]}. */
    static void gather(GraphBuilder graph, String context, String cells, Optional<String> tokens) {
        String needed = tokens.map(some -> graph.standard("Gather", List.of(GraphNames.TOKEN_CELLS, some)))
                .orElse(GraphNames.TOKEN_CELLS);
        graph.standardInto(context, "Gather", List.of(cells, needed));
    }
}
