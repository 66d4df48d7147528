package dev.unmask.graph;

import dev.unmask.engine.GraphNames;
import java.util.List;
import java.util.Optional;

/** Attention over packed tokens, in the operators of one provider. */
interface Attention {
    /**
     * Adds the context of tokens.
     *
     * @param context the output's name; {@code [rows, hidden]}
     * @param products query, key and value of each token, {@code [tokens, 3 * hidden]}, without their bias
     * @param bias of the queries, and zeros, {@code [3 * hidden]}
     * @param tokens which, {@code [rows]}; all if empty
     */
    void add(String context, String products, String bias, Optional<String> tokens);

    /** Adds the context of tokens from that of a padded view's cells, {@code [cells, hidden]}. */
    static void gather(GraphBuilder graph, String context, String cells, Optional<String> tokens) {
        String needed = tokens.map(some -> graph.standard("Gather", List.of(GraphNames.TOKEN_CELLS, some)))
                .orElse(GraphNames.TOKEN_CELLS);
        graph.standardInto(context, "Gather", List.of(cells, needed));
    }
}
