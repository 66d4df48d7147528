package dev.unmask.checkpoint;

import dev.unmask.fault.Fault;
import dev.unmask.fault.Wording;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A BERT masked language model as it was published: its configuration and its tensors by role. All
 * shapes were checked against the configuration when it was opened; the tensors are read from the mapped file on demand,
 * until {@link #close}.
 *
 * <p>Roles follow what transformers 5.17 computes: the decoder is {@code decoder.weight}, else the
 * word embeddings; its bias is {@code decoder.bias}, else {@code predictions.bias}. Pooler, next-sentence head and position
 * ids are ignored.
 */
public final class Checkpoint implements AutoCloseable {

    /** Nothing else distinguishes PubMedBERT's revisions with the broken head from the others. */
    private static final String UNTYPED = CheckpointFiles.CONFIG
            + ": there is no model_type, as in early publications; reading the model as BERT. If it is PubMedBERT"
            + " (BiomedBERT), take its newest revision: in the first ones the masked-LM head is wrong, and masks"
            + " are filled badly.";

    private final BertConfig config;
    private final TensorSource source;
    private final List<Path> files;
    private final Tensor wordEmbeddings;
    private final Tensor positionEmbeddings;
    private final Tensor tokenTypeEmbeddings;
    private final Norm embeddingNorm;
    private final List<Layer> layers;
    private final Head head;
    private final Optional<Projection> projection;
    private final List<String> warnings;

    private Checkpoint(BertConfig config, TensorSource source, List<Path> files, String name, List<String> warnings) {
        this.config = config;
        this.source = source;
        this.files = files;
        Assembly assembly = new Assembly(source, config, name);
        wordEmbeddings = assembly.wordEmbeddings();
        positionEmbeddings = assembly.positionEmbeddings();
        tokenTypeEmbeddings = assembly.tokenTypeEmbeddings();
        embeddingNorm = assembly.embeddingNorm();
        layers = assembly.layers();
        head = assembly.head();
        projection = assembly.projection();
        this.warnings =
                Stream.concat(assembly.warnings().stream(), warnings.stream()).toList();
    }

    /**
     * Random weights of a model's sizes, always the same ones: as fast as trained weights, but untrained.
     *
     * @param config the sizes; the projection head is left out
     */
    public static Checkpoint random(BertConfig config) {
        return new Checkpoint(config, new RandomTensors(config), List.of(), "random weights", List.of());
    }

    /**
     * Opens the folder of a checkpoint: {@code config.json}, and the first existing one of {@code
     * model.safetensors}, {@code model.safetensors.index.json}, {@code pytorch_model.bin} and {@code
     * pytorch_model.bin.index.json}, with the files that an index names.
     *
     * @throws Fault of kind MODEL_REFUSED, naming file, key or tensor, when it can't be served
     */
    public static Checkpoint open(Path folder) {
        return open(
                folder,
                ConfigJson.in(folder)
                        .orElseThrow(() -> Fault.modelRefused("There is no %s in %s."
                                .formatted(CheckpointFiles.CONFIG, Wording.quoted(fileName(folder))))));
    }

    /** The same, with its {@code config.json} already read. */
    public static Checkpoint open(Path folder, ConfigJson json) {
        BertConfig config = BertConfig.of(json);
        WeightFiles weights =
                WeightFiles.open(folder).orElseThrow(() -> WeightFiles.missing(Wording.quoted(fileName(folder))));
        List<Path> files = new ArrayList<>();
        files.add(folder.resolve(CheckpointFiles.CONFIG));
        files.addAll(weights.files());
        try {
            List<String> warnings = json.has("model_type") ? List.of() : List.of(UNTYPED);
            return new Checkpoint(config, weights.source(), List.copyOf(files), fileName(files.get(1)), warnings);
        } catch (RuntimeException refused) {
            weights.source().close();
            throw refused;
        }
    }

    /**
     * Whether a folder has a checkpoint that {@link #open} supports, without looking at its tensors.
     *
     * @param json its {@code config.json}
     * @throws Fault of kind MODEL_REFUSED when one of its values has the wrong type
     */
    public static boolean isIn(Path folder, ConfigJson json) {
        return WeightFiles.find(folder).isPresent() && BertConfig.computes(json);
    }

    private static String fileName(Path path) {
        Path name = path.toAbsolutePath().normalize().getFileName();
        return name == null ? "the root folder" : name.toString();
    }

    /** The model's sizes and choices. */
    public BertConfig config() {
        return config;
    }

    /** Messages that the operator should see; the checkpoint can be served nevertheless. */
    public List<String> warnings() {
        return warnings;
    }

    /** The files that were read: {@code config.json}, the weights or their index, the index's files. */
    public List<Path> files() {
        return files;
    }

    /** One row for each id: [vocabulary, hidden]. */
    public Tensor wordEmbeddings() {
        return wordEmbeddings;
    }

    /** One row for each position: [positions, hidden]. */
    public Tensor positionEmbeddings() {
        return positionEmbeddings;
    }

    /** One row for each token type: [token types, hidden]. */
    public Tensor tokenTypeEmbeddings() {
        return tokenTypeEmbeddings;
    }

    /** The layer norm over the sum of the three embeddings. */
    public Norm embeddingNorm() {
        return embeddingNorm;
    }

    /**
     * One encoder layer.
     *
     * @param i from 0, nearest to the embeddings, to {@code config().layers() - 1}
     * @throws IndexOutOfBoundsException for any other
     */
    public Layer layer(int i) {
        return layers.get(i);
    }

    /** The masked-LM head. */
    public Head head() {
        return head;
    }

    /** CXR-BERT's projection head, where the checkpoint has it. */
    public Optional<Projection> projection() {
        return projection;
    }

    /** Closes the files; the tensors can't be read any more. Closing twice is harmless. */
    @Override
    public void close() {
        source.close();
    }
}
