package dev.unmask.text;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A tokenizer family's special tokens, for checkpoints that don't specify them. */
record SpecialNames(String pad, String unknown, String cls, String sep, String mask) {
    /** {@code BertTokenizer} of transformers. */
    static final SpecialNames BERT = new SpecialNames("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]");

    /** {@code RobertaTokenizer}, {@code XLMRobertaTokenizer} and {@code CamembertTokenizer} of transformers. */
    static final SpecialNames ROBERTA = new SpecialNames("<pad>", "<unk>", "<s>", "</s>", "<mask>");

    /**
     * The names for a checkpoint: BERT's, unless its {@code tokenizer.json} is not WordPiece and has all of RoBERTa's (as
     * roberta-base, whose {@code tokenizer_config.json} names none).
     */
    static SpecialNames of(Optional<ObjectNode> published) {
        if (published.isEmpty() || TokenizerDefinition.isWordPiece(published.get())) {
            return BERT;
        }
        Set<String> tokens = TokenizerDefinition.vocabulary(published.get()).keySet();
        return tokens.containsAll(ROBERTA.all()) ? ROBERTA : BERT;
    }

    private List<String> all() {
        return List.of(pad, unknown, cls, sep, mask);
    }
}
