package dev.unmask.importing;

import dev.unmask.checkpoint.CheckpointFiles;
import dev.unmask.fault.Fault;
import dev.unmask.fault.FileFailure;
import dev.unmask.graph.Precision;
import dev.unmask.progress.Progress;
import dev.unmask.progress.Progress.Unit;
import dev.unmask.store.Digests;
import dev.unmask.store.EntryFiles;
import dev.unmask.store.Manifest;
import dev.unmask.store.Manifest.FileDigest;
import dev.unmask.store.PartialFolder;
import dev.unmask.text.SpecialTokens;
import dev.unmask.text.Tokenizer;
import dev.unmask.text.TokenizerSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.Stream;

/**
 * Creates a store entry from the folder of a checkpoint or of an ONNX export: graph, tokenizer, manifest. The entry is
 * written under another name and renamed at the end, so that it is complete or doesn't exist.
 */
public final class Importer {

    /** Files that are copied unchanged if the checkpoint has them. */
    private static final List<String> COPIED = List.of(
            CheckpointFiles.CONFIG,
            CheckpointFiles.TOKENIZER_CONFIG,
            CheckpointFiles.SPECIAL_TOKENS,
            CheckpointFiles.ADDED_TOKENS,
            CheckpointFiles.CARD);

    private static final int LEAST_POSITIONS = 3;

    private final Path source;
    private final String name;
    private final ImportChoices choices;
    private final Progress progress;
    private final Origin origin;

    /**
     * @param source a checkpoint's folder
     * @param name the model's name in answers
     * @param precision the graph's precision
     * @param progress receives the progress
     */
    public Importer(Path source, String name, Precision precision, Progress progress) {
        this(source, name, ImportChoices.at(precision), progress, Origin.of(source));
    }

    /**
     * The same for a folder from elsewhere, with all choices.
     *
     * @param origin its origin, for the manifest
     */
    public Importer(Path source, String name, ImportChoices choices, Progress progress, Origin origin) {
        this.source = source;
        this.name = name;
        this.choices = choices;
        this.progress = progress;
        this.origin = origin;
    }

    /**
     * Imports into {@code target}, which must not exist.
     *
     * @throws Fault of kind MODEL_REFUSED when the checkpoint can't be served, the target exists, or files can't be read
     *     or written; then nothing is left of the target
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
            // Another import with the same name may have finished meanwhile; systems report that differently on a
            // rename.
            if (Files.exists(absolute)) {
                throw exists(target);
            }
            throw Fault.storage(
                    "The import of \"%s\" failed and left nothing behind: %s."
                            .formatted(name, FileFailure.describe(failed)),
                    failed);
        }
    }

    /** A digest of everything that determines the result of importing a folder. */
    static String digest(Path source, ModelSource model, ImportChoices choices, Origin origin) throws IOException {
        return digest(sources(source, model), choices, origin);
    }

    /** The same for any source files. */
    static String digest(SortedMap<String, FileDigest> sources, ImportChoices choices, Origin origin) {
        String chosen = choices.lowerCase().map(on -> " lower case " + on).orElse("")
                + (origin.revision() == null ? "" : " revision " + origin.revision());
        return Digests.combined(
                sources,
                "format %d %s"
                                .formatted(
                                        Manifest.FORMAT,
                                        choices.precision().made().label())
                        + chosen);
    }

    private static SortedMap<String, FileDigest> sources(Path source, ModelSource model) throws IOException {
        List<Path> files = new ArrayList<>(model.files());
        CheckpointFiles.OF_TOKENIZER.stream()
                .map(source::resolve)
                .filter(Files::isRegularFile)
                .forEach(files::add);
        files.add(source.resolve(CheckpointFiles.CARD));
        files.removeIf(file -> !Files.isRegularFile(file));
        return Digests.of(files);
    }

    private Manifest write(Path folder) throws IOException {
        try (ModelSource model = ModelSource.open(source)) {
            String revision = origin.revision() != null
                    ? origin.revision()
                    : digest(source, model, choices, origin).substring(0, 12);
            Manifest.Shape shape = model.shape();
            checkPositions(shape);
            TokenizerSource published = TokenizerSource.read(source, choices.lowerCase());
            copy(folder);
            published.writeTo(folder);
            GraphChoices graphChoices;
            SpecialTokens special;
            try (Tokenizer tokenizer = published.open()) {
                checkVocabulary(tokenizer, shape);
                special = tokenizer.specialTokens();
                graphChoices = graphChoices(tokenizer, shape);
            }
            progress.begin(
                    "Importing " + origin.source(),
                    model.weightBytes(choices.precision().made()),
                    Unit.BYTES);
            model.write(
                    graphChoices,
                    folder.resolve(EntryFiles.GRAPH),
                    folder.resolve(EntryFiles.WEIGHTS),
                    progress::advance);
            progress.end();
            // Always asked, since the graph must run.
            boolean independent = Trial.of(
                    folder.resolve(EntryFiles.GRAPH),
                    special,
                    shape.positions(),
                    choices.precision().made());
            boolean batches = independent && !model.mixesTexts();
            ModelCard card = ModelCard.read(source);
            Manifest manifest = new Manifest(
                    Manifest.FORMAT,
                    name,
                    origin.source(),
                    revision,
                    choices.precision().made().label(),
                    batches,
                    model.head(),
                    shape,
                    new Manifest.SpecialIds(
                            special.pad(), special.unknown(), special.cls(), special.sep(), special.mask()),
                    card.licence(),
                    card.intendedUse(),
                    warnings(model, published, batches),
                    Digests.of(list(folder)));
            manifest.write(folder);
            return manifest;
        }
    }

    private GraphChoices graphChoices(Tokenizer tokenizer, Manifest.Shape shape) throws IOException {
        Precision precision = choices.precision().made();
        return new GraphChoices(
                precision,
                tokenizer.specialTokens().pad(),
                precision == Precision.INT8 ? Calibration.texts(tokenizer, shape.positions()) : new int[0][]);
    }

    private static void checkPositions(Manifest.Shape shape) {
        if (shape.positions() < LEAST_POSITIONS) {
            throw Fault.modelRefused(
                    "config.json: max_position_embeddings leaves room for %d tokens; a text of one mask and its two special tokens needs %d."
                            .formatted(shape.positions(), LEAST_POSITIONS));
        }
    }

    private void copy(Path folder) throws IOException {
        for (String file : COPIED) {
            if (Files.isRegularFile(source.resolve(file))) {
                Files.copy(source.resolve(file), folder.resolve(file));
            }
        }
    }

    private static void checkVocabulary(Tokenizer tokenizer, Manifest.Shape shape) {
        if (tokenizer.idLimit() > shape.vocabulary()) {
            throw Fault.modelRefused(
                    "The vocabulary has ids up to %d, but the checkpoint has %d embeddings (vocab_size); they don't belong together."
                            .formatted(tokenizer.idLimit() - 1, shape.vocabulary()));
        }
    }

    private List<String> warnings(ModelSource model, TokenizerSource tokenizer, boolean batches) {
        List<String> warnings = new ArrayList<>(origin.warnings());
        warnings.addAll(model.warnings());
        if (!batches) {
            warnings.add("The graph mixes the texts of a batch (as dynamic quantization does, and some families that"
                    + " don't mask their padding), so it runs one text at a time: answers in a list equal those of each"
                    + " text alone, but no faster.");
        }
        tokenizer.notice().ifPresent(warnings::add);
        return List.copyOf(warnings);
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    static Fault exists(Path target) {
        return Fault.modelRefused("The store already has a model \"%s\"; choose another --name, or remove it first."
                .formatted(target.getFileName()));
    }
}
