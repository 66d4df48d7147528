package dev.unmask.store;

import dev.unmask.checkpoint.BertConfig;
import dev.unmask.checkpoint.Checkpoint;
import dev.unmask.fault.Fault;
import dev.unmask.graph.BertGraph;
import dev.unmask.graph.Precision;
import dev.unmask.store.Manifest.FileDigest;
import dev.unmask.text.SpecialTokens;
import dev.unmask.text.Tokenizer;
import dev.unmask.text.TokenizerJson;
import dev.unmask.text.TokenizerSettings;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/**
 * Makes a store entry from a checkpoint's folder: graph, tokenizer, manifest. The entry is written under another name
 * and renamed at the end, so that it is there whole or not at all.
 */
public final class Importer {
    static final String GRAPH = "model.onnx";
    static final String WEIGHTS = "model.weights";
    static final String TOKENIZER = "tokenizer.json";

    /** Files that are taken along as they are, where the checkpoint has them. */
    private static final List<String> COPIED = List.of(
            "config.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "README.md");

    /** Files that decide what an import makes, besides those that {@link Checkpoint#files()} names. */
    private static final List<String> TOKENIZER_FILES = List.of(
            "tokenizer.json", "vocab.txt", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json");

    private static final int LEAST_POSITIONS = 3;

    private final Path source;
    private final String name;
    private final Precision precision;
    private final ImportProgress progress;
    private final Origin origin;

    /**
     * @param source a checkpoint's folder
     * @param name what the model is called in answers
     * @param precision the graph's precision
     * @param progress told how far the import is
     */
    public Importer(Path source, String name, Precision precision, ImportProgress progress) {
        this(source, name, precision, progress, Origin.of(source));
    }

    /**
     * The same for a folder that came from elsewhere.
     *
     * @param origin where it came from, as the manifest says it
     */
    public Importer(Path source, String name, Precision precision, ImportProgress progress, Origin origin) {
        this.source = source;
        this.name = name;
        this.precision = precision;
        this.progress = progress;
        this.origin = origin;
    }

    /**
     * Imports into {@code target}, which must not exist.
     *
     * @throws Fault of kind MODEL_REFUSED when the checkpoint can't be served, the target exists, or files can't be read
     *     or written; nothing is left of the target then
     */
    public Manifest into(Path target) {
        if (Files.exists(target)) {
            throw exists(target);
        }
        Path absolute = target.toAbsolutePath();
        try (PartialFolder folder = PartialFolder.of(absolute)) {
            Manifest manifest = write(folder.path());
            folder.publish();
            return manifest;
        } catch (IOException failed) {
            // Another import of the same name may have ended meanwhile; systems differ in how a rename says so.
            if (Files.exists(absolute)) {
                throw exists(target);
            }
            throw new Fault(
                    Fault.Kind.MODEL_REFUSED,
                    "The import of \"%s\" failed and left nothing behind: %s."
                            .formatted(name, FileFailure.describe(failed)),
                    failed);
        }
    }

    /** One digest of everything that decides what the import makes. */
    static String digest(Path source, Checkpoint checkpoint, Precision precision) throws IOException {
        return Digests.combined(
                sources(source, checkpoint), "format %d %s".formatted(Manifest.FORMAT, precision.label()));
    }

    private static SortedMap<String, FileDigest> sources(Path source, Checkpoint checkpoint) throws IOException {
        List<Path> files = new ArrayList<>(checkpoint.files());
        TOKENIZER_FILES.stream()
                .map(source::resolve)
                .filter(Files::isRegularFile)
                .forEach(files::add);
        files.add(source.resolve("README.md"));
        files.removeIf(file -> !Files.isRegularFile(file));
        return Digests.of(files);
    }

    private Manifest write(Path folder) throws IOException {
        try (Checkpoint checkpoint = Checkpoint.open(source)) {
            String revision = origin.revision() != null
                    ? origin.revision()
                    : digest(source, checkpoint, precision).substring(0, 12);
            checkPositions(checkpoint.config());
            SpecialTokens special = writeTokenizer(folder, checkpoint.config());
            progress.begin(BertGraph.weightBytes(checkpoint));
            BertGraph.write(checkpoint, folder.resolve(GRAPH), folder.resolve(WEIGHTS), progress::advance);
            progress.end();
            ModelCard card = ModelCard.read(source);
            Manifest manifest = new Manifest(
                    Manifest.FORMAT,
                    name,
                    origin.source(),
                    revision,
                    precision.label(),
                    shape(checkpoint.config()),
                    new Manifest.SpecialIds(
                            special.pad(), special.unknown(), special.cls(), special.sep(), special.mask()),
                    card.licence(),
                    card.intendedUse(),
                    checkpoint.warnings(),
                    Digests.of(list(folder)));
            manifest.write(folder);
            return manifest;
        }
    }

    private static void checkPositions(BertConfig config) {
        if (config.positions() < LEAST_POSITIONS) {
            throw Fault.modelRefused(
                    "config.json: max_position_embeddings is %d; a text of one mask and its two special tokens needs %d."
                            .formatted(config.positions(), LEAST_POSITIONS));
        }
    }

    private SpecialTokens writeTokenizer(Path folder, BertConfig config) throws IOException {
        for (String file : COPIED) {
            if (Files.isRegularFile(source.resolve(file))) {
                Files.copy(source.resolve(file), folder.resolve(file));
            }
        }
        Files.writeString(folder.resolve(TOKENIZER), TokenizerJson.of(source, TokenizerSettings.read(source)));
        try (Tokenizer tokenizer = Tokenizer.open(folder)) {
            if (tokenizer.idLimit() > config.vocabulary()) {
                throw Fault.modelRefused(
                        "The vocabulary has ids up to %d, but the checkpoint has %d embeddings (vocab_size); they don't belong together."
                                .formatted(tokenizer.idLimit() - 1, config.vocabulary()));
            }
            return tokenizer.specialTokens();
        }
    }

    private static Manifest.Shape shape(BertConfig config) {
        return new Manifest.Shape(
                config.modelType(),
                config.layers(),
                config.hidden(),
                config.heads(),
                config.vocabulary(),
                config.positions());
    }

    private static List<Path> list(Path folder) throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            entries.forEach(files::add);
        }
        return files;
    }

    static Fault exists(Path target) {
        return Fault.modelRefused("The store has a model \"%s\" already; choose another --name, or remove it first."
                .formatted(target.getFileName()));
    }
}
