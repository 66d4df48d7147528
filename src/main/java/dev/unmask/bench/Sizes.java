package dev.unmask.bench;

import dev.unmask.checkpoint.Activation;
import dev.unmask.checkpoint.BertConfig;
import dev.unmask.fault.Fault;
import dev.unmask.store.Manifest;
import java.util.Optional;
import java.util.Set;

/**
 * The sizes of a BERT, from which its arithmetic follows.
 *
 * @param layers encoder layers
 * @param hidden width of the hidden states
 * @param heads attention heads
 * @param intermediate width of the feed-forward block
 * @param vocabulary pieces
 * @param positions the most tokens of a text
 */
public record Sizes(int layers, int hidden, int heads, int intermediate, int vocabulary, int positions) {
    /** Families with BERT's arithmetic; others have products that these sizes don't cover. */
    private static final Set<String> FAMILIES = Set.of("bert", "cxr-bert", "roberta");

    private static final int PUBLISHED_PIECES = 30_522;
    private static final int PUBLISHED_POSITIONS = 512;

    /**
     * Sizes by name.
     *
     * @param name {@code bert-base} or {@code bert-large}
     * @throws Fault of kind CONFIGURATION for any other
     */
    public static Sizes named(String name) {
        return switch (name) {
            case "bert-base" -> new Sizes(12, 768, 12, 3072, PUBLISHED_PIECES, PUBLISHED_POSITIONS);
            case "bert-large" -> new Sizes(24, 1024, 16, 4096, PUBLISHED_PIECES, PUBLISHED_POSITIONS);
            default ->
                throw Fault.configuration("--shape must be bert-base or bert-large, but is \"%s\".".formatted(name));
        };
    }

    /** The sizes of a model in the store; none where its arithmetic isn't BERT's or a size is unknown. */
    public static Optional<Sizes> of(Manifest.Shape shape) {
        return FAMILIES.contains(shape.type()) && shape.layers() > 0 && shape.hidden() > 0 && shape.intermediate() > 0
                ? Optional.of(new Sizes(
                        shape.layers(),
                        shape.hidden(),
                        shape.heads(),
                        shape.intermediate(),
                        shape.vocabulary(),
                        shape.positions()))
                : Optional.empty();
    }

    BertConfig config() {
        return new BertConfig(
                "bert",
                layers,
                hidden,
                heads,
                intermediate,
                vocabulary,
                positions,
                2,
                1e-12,
                Activation.GELU,
                true,
                128);
    }

    /**
     * Multiplications and additions of a batch's products with weights, with one mask in each text. What follows the last
     * layer's attention is counted for the masks only, and padding not at all.
     */
    double products(Batch batch) {
        double queryKeyValue = 3.0 * hidden * hidden;
        double afterAttention = (double) hidden * hidden + 2.0 * hidden * intermediate;
        double head = (double) hidden * hidden + (double) hidden * vocabulary;
        return 2.0 * batch.tokens() * (layers * queryKeyValue + (layers - 1) * afterAttention)
                + 2.0 * batch.texts() * (afterAttention + head);
    }

    /** Multiplications and additions of a batch: {@link #products} and attention. */
    double arithmetic(Batch batch) {
        double attention = batch.lengths()
                .mapToDouble(length -> 4.0 * length * length * hidden)
                .sum();
        return products(batch) + layers * attention;
    }
}
