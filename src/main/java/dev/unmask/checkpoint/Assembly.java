package dev.unmask.checkpoint;

import dev.unmask.fault.Fault;
import dev.unmask.fault.Wording;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Gives each tensor of a source its role in the model, and checks that it fits there. */
final class Assembly {
    private static final String WORD_EMBEDDINGS = "embeddings.word_embeddings.weight";
    private static final String HEAD = "cls.predictions.";
    private static final String DECODER = HEAD + "decoder.weight";
    private static final String DECODER_BIAS = HEAD + "decoder.bias";
    private static final String HEAD_BIAS = HEAD + "bias";
    private static final String PROJECTION = "cls_projection_head.";
    private static final int NAMED_IN_WARNING = 3;

    private final TensorSource source;
    private final BertConfig config;
    private final String file;
    private final TensorNames names;
    private final Set<String> used = new HashSet<>();
    private final List<String> warnings = new ArrayList<>();

    Assembly(TensorSource source, BertConfig config, String file) {
        this.source = source;
        this.config = config;
        this.file = file;
        this.names = TensorNames.of(source.names(), file);
        // Reported apart from a single missing tensor, since this is the usual mistake.
        if (!names.hasAnyUnder(HEAD + "transform.")) {
            throw Fault.modelRefused(
                    "%s has no masked-LM head (no tensor %s); masks are filled by checkpoints of BertForMaskedLM or BertForPreTraining."
                            .formatted(file, Wording.quoted(HEAD + "transform.dense.weight")));
        }
    }

    Tensor wordEmbeddings() {
        return tensor(WORD_EMBEDDINGS, config.vocabulary(), config.hidden());
    }

    Tensor positionEmbeddings() {
        return tensor("embeddings.position_embeddings.weight", config.positions(), config.hidden());
    }

    Tensor tokenTypeEmbeddings() {
        return tensor("embeddings.token_type_embeddings.weight", config.tokenTypes(), config.hidden());
    }

    Norm embeddingNorm() {
        return norm("embeddings.LayerNorm");
    }

    List<Layer> layers() {
        List<Layer> layers = new ArrayList<>();
        for (int i = 0; i < config.layers(); i++) {
            layers.add(layer("encoder.layer." + i + "."));
        }
        return List.copyOf(layers);
    }

    private Layer layer(String prefix) {
        int hidden = config.hidden();
        return new Layer(
                linear(prefix + "attention.self.query", hidden, hidden),
                linear(prefix + "attention.self.key", hidden, hidden),
                linear(prefix + "attention.self.value", hidden, hidden),
                linear(prefix + "attention.output.dense", hidden, hidden),
                norm(prefix + "attention.output.LayerNorm"),
                linear(prefix + "intermediate.dense", config.intermediate(), hidden),
                linear(prefix + "output.dense", hidden, config.intermediate()),
                norm(prefix + "output.LayerNorm"));
    }

    Head head() {
        Linear transform = linear(HEAD + "transform.dense", config.hidden(), config.hidden());
        Norm norm = norm(HEAD + "transform.LayerNorm");
        Tensor decoder = decoder();
        boolean shared = !names.has(DECODER) || TensorContents.equal(decoder, wordEmbeddings());
        if (config.tied() && !shared) {
            warnings.add(
                    "%s: %s differs from %s although config.json ties them (tie_word_embeddings); %s is used, as transformers 5 does (versions before may have overwritten it)."
                            .formatted(
                                    file,
                                    Wording.quoted(DECODER),
                                    Wording.quoted(names.spelled(WORD_EMBEDDINGS)),
                                    Wording.quoted(DECODER)));
        }
        return new Head(transform, norm, shared ? wordEmbeddings() : decoder, headBias(), shared);
    }

    private Tensor decoder() {
        if (names.has(DECODER)) {
            return tensor(DECODER, config.vocabulary(), config.hidden());
        }
        if (!config.tied()) {
            throw Fault.modelRefused(
                    "%s has no tensor %s, and config.json doesn't let the word embeddings stand in for it (tie_word_embeddings is false)."
                            .formatted(file, Wording.quoted(DECODER)));
        }
        return wordEmbeddings();
    }

    private Tensor headBias() {
        if (!names.has(DECODER_BIAS)) {
            return tensor(HEAD_BIAS, config.vocabulary());
        }
        Tensor bias = tensor(DECODER_BIAS, config.vocabulary());
        if (names.has(HEAD_BIAS) && !TensorContents.equal(bias, tensor(HEAD_BIAS, bias.count()))) {
            warnings.add("%s: %s differs from %s; %s is used, as transformers 5 does."
                    .formatted(
                            file,
                            Wording.quoted(DECODER_BIAS),
                            Wording.quoted(HEAD_BIAS),
                            Wording.quoted(DECODER_BIAS)));
        }
        return bias;
    }

    /** Refused if only some of its tensors exist: an embedding from half a head would be noise. */
    Optional<Projection> projection() {
        if (!names.hasAnyUnder(PROJECTION)) {
            return Optional.empty();
        }
        int size = config.projection();
        return Optional.of(new Projection(
                linear(PROJECTION + "dense_to_hidden", size, config.hidden()),
                norm(PROJECTION + "LayerNorm", size),
                linear(PROJECTION + "dense_to_output", size, size)));
    }

    private Linear linear(String prefix, long out, long in) {
        return new Linear(tensor(prefix + ".weight", out, in), tensor(prefix + ".bias", out));
    }

    private Norm norm(String prefix) {
        return norm(prefix, config.hidden());
    }

    private Norm norm(String prefix, long size) {
        return new Norm(tensor(prefix + ".weight", size), tensor(prefix + ".bias", size));
    }

    private Tensor tensor(String canonical, long... shape) {
        String spelled = names.spelled(canonical);
        if (!names.has(canonical)) {
            throw Fault.modelRefused("%s has no tensor %s, which config.json asks for in shape %s."
                    .formatted(file, Wording.quoted(spelled), Wording.shape(shape)));
        }
        used.add(canonical);
        Tensor tensor = source.tensor(spelled);
        if (!Arrays.equals(tensor.shape(), shape)) {
            throw Fault.modelRefused("%s: tensor %s has shape %s; config.json asks for %s."
                    .formatted(file, Wording.quoted(spelled), Wording.shape(tensor.shape()), Wording.shape(shape)));
        }
        if (!tensor.dtype().readableAsFloats()) {
            throw Fault.modelRefused("%s: tensor %s is of type %s; supported are F32, F16 and BF16."
                    .formatted(file, Wording.quoted(spelled), tensor.dtype()));
        }
        return tensor;
    }

    /** What the operator should know; complete once every role has a tensor. */
    List<String> warnings() {
        List<String> all = new ArrayList<>(warnings);
        List<String> unexpected = names.unexpected(used);
        if (!unexpected.isEmpty()) {
            List<String> some = unexpected.stream()
                    .limit(NAMED_IN_WARNING)
                    .map(Wording::quoted)
                    .toList();
            all.add("%s: %s %s no place in the model of config.json and will not be used: %s%s"
                    .formatted(
                            file,
                            unexpected.size(),
                            unexpected.size() == 1 ? "tensor has" : "tensors have",
                            String.join(", ", some),
                            unexpected.size() > some.size() ? "…" : "."));
        }
        return List.copyOf(all);
    }
}
