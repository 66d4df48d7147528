package dev.unmask.checkpoint;

import dev.unmask.fault.Fault;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A BERT masked language model as it was published: its configuration and its tensors by role. All
 * shapes were checked against the configuration when it was opened; the tensors are read from the
 * mapped file when somebody asks, and no longer than until {@link #close}.
 *
 * <p>Roles follow what transformers 5.17 computes: the decoder is {@code decoder.weight}, else the
 * word embeddings; its bias is {@code decoder.bias}, else {@code predictions.bias}. Pooler,
 * next-sentence head, CXR-BERT's projection head and position ids are passed over.
 */
public final class Checkpoint implements AutoCloseable {
    private static final String CONFIG = "config.json";
    private static final String SAFETENSORS = "model.safetensors";
    private static final List<String> PYTORCH = List.of("pytorch_model.bin", "pytorch_model.bin.index.json");

    private final BertConfig config;
    private final TensorSource source;
    private final List<Path> files;
    private final Tensor wordEmbeddings;
    private final Tensor positionEmbeddings;
    private final Tensor tokenTypeEmbeddings;
    private final Norm embeddingNorm;
    private final List<Layer> layers;
    private final Head head;
    private final List<String> warnings;

    private Checkpoint(BertConfig config, TensorSource source, List<Path> files) {
        this.config = config;
        this.source = source;
        this.files = files;
        Assembly assembly = new Assembly(source, config, fileName(files.get(1)));
        wordEmbeddings = assembly.wordEmbeddings();
        positionEmbeddings = assembly.positionEmbeddings();
        tokenTypeEmbeddings = assembly.tokenTypeEmbeddings();
        embeddingNorm = assembly.embeddingNorm();
        layers = assembly.layers();
        head = assembly.head();
        warnings = assembly.warnings();
    }

    /**
     * Opens the folder of a checkpoint ({@code config.json}, {@code model.safetensors}).
     *
     * @throws Fault of kind MODEL_REFUSED, naming file, key or tensor, when it can't be served
     */
    public static Checkpoint open(Path folder) {
        Path configJson = folder.resolve(CONFIG);
        if (!Files.isRegularFile(configJson)) {
            throw Fault.modelRefused("There is no " + CONFIG + " in " + Wording.quoted(fileName(folder)) + ".");
        }
        BertConfig config = BertConfig.read(configJson);
        Path weights = weights(folder);
        TensorSource source = Safetensors.open(weights);
        try {
            return new Checkpoint(config, source, List.of(configJson, weights));
        } catch (RuntimeException refused) {
            source.close();
            throw refused;
        }
    }

    /**
     * Whether a folder has a checkpoint of a kind and in a form that {@link #open} reads, without looking at its tensors.
     *
     * @throws Fault of kind MODEL_REFUSED when its {@code config.json} can't be read
     */
    public static boolean isIn(Path folder) {
        Path configJson = folder.resolve(CONFIG);
        return Files.isRegularFile(configJson)
                && Files.isRegularFile(folder.resolve(SAFETENSORS))
                && BertConfig.computes(configJson);
    }

    private static Path weights(Path folder) {
        Path safetensors = folder.resolve(SAFETENSORS);
        if (Files.isRegularFile(safetensors)) {
            return safetensors;
        }
        String where = "in " + Wording.quoted(fileName(folder));
        String shards = SAFETENSORS + ".index.json";
        if (Files.exists(folder.resolve(shards))) {
            throw Fault.modelRefused("The weights "
                    + where
                    + " are split ("
                    + shards
                    + "); one file "
                    + SAFETENSORS
                    + " is read. Save the model with a larger max_shard_size.");
        }
        for (String pytorch : PYTORCH) {
            if (Files.exists(folder.resolve(pytorch))) {
                throw Fault.modelRefused("There is "
                        + pytorch
                        + " but no "
                        + SAFETENSORS
                        + " "
                        + where
                        + ": safetensors is read, PyTorch files are not yet. Convert it, for example with"
                        + " save_pretrained of transformers.");
            }
        }
        throw Fault.modelRefused("There is no " + SAFETENSORS + " " + where + ".");
    }

    private static String fileName(Path path) {
        Path name = path.toAbsolutePath().normalize().getFileName();
        return name == null ? "the root folder" : name.toString();
    }

    /** The model's sizes and choices. */
    public BertConfig config() {
        return config;
    }

    /** Whole sentences that the operator should see; the checkpoint can be served all the same. */
    public List<String> warnings() {
        return warnings;
    }

    /** The files that were read: {@code config.json}, {@code model.safetensors}. */
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

    /** Over the sum of the three embeddings. */
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

    /** Lets go of the files; the tensors can't be read any more. Closing twice is harmless. */
    @Override
    public void close() {
        source.close();
    }
}
