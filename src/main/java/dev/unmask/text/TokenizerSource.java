package dev.unmask.text;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.unmask.checkpoint.CheckpointFiles;
import dev.unmask.fault.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A checkpoint's tokenizer files, each read once. */
public final class TokenizerSource {
    private final TokenizerSettings settings;
    private final TokenizerDefinition definition;
    private final Optional<ObjectNode> ownConfig;
    private final Optional<String> notice;

    private TokenizerSource(
            TokenizerSettings settings,
            TokenizerDefinition definition,
            Optional<ObjectNode> ownConfig,
            Optional<String> notice) {
        this.settings = settings;
        this.definition = definition;
        this.ownConfig = ownConfig;
        this.notice = notice;
    }

    /**
     * Reads a checkpoint's folder.
     *
     * @param folder holds {@code tokenizer.json} or else {@code vocab.txt}, and optionally the files that define how text
     *     is tokenized
     * @throws Fault of kind {@code MODEL_REFUSED} when the files don't define a tokenizer
     */
    public static TokenizerSource read(Path folder) {
        return read(folder, Optional.empty());
    }

    /**
     * The same with an explicit choice of lower-casing, whatever the files say.
     *
     * @throws Fault of kind {@code CONFIGURATION} as well, when the tokenizer isn't BERT's, the only one that can be
     *     overridden
     */
    public static TokenizerSource read(Path folder, Optional<Boolean> lowerCase) {
        SettingsFiles files = SettingsFiles.read(folder);
        lowerCase.ifPresent(on -> files.config().put(LetterCase.KEY, on));
        Path published = folder.resolve(CheckpointFiles.TOKENIZER);
        Path vocabulary = folder.resolve(CheckpointFiles.VOCABULARY);
        TokenizerSettings settings;
        TokenizerDefinition definition;
        if (Files.exists(published)) {
            String text = CheckpointText.text(published);
            ObjectNode root = CheckpointText.object(text, CheckpointFiles.TOKENIZER);
            settings = TokenizerSettings.of(files, Optional.of(root));
            definition = TokenizerDefinition.published(text, root, settings);
        } else {
            settings = TokenizerSettings.of(files, Optional.empty());
            if (!Files.exists(vocabulary)) {
                throw Fault.modelRefused("The model has neither tokenizer.json nor vocab.txt; one of them is needed.");
            }
            definition = TokenizerDefinition.ofVocabulary(CheckpointText.text(vocabulary), settings);
        }
        lowerCase.ifPresent(on -> LetterCase.require(definition, on));
        return new TokenizerSource(
                settings,
                definition,
                lowerCase.map(on -> files.config()),
                LetterCase.notice(files.config(), definition));
    }

    /** The settings in the checkpoint's own files. */
    public TokenizerSettings settings() {
        return settings;
    }

    /** A notice for the operator, if text is probably lower-cased by mistake. */
    public Optional<String> notice() {
        return notice;
    }

    /** The {@code tokenizer.json} that {@link #open} opens; equal files give equal text. */
    public String json() {
        return definition.json();
    }

    /**
     * Writes {@code tokenizer.json}, and {@code tokenizer_config.json} if its settings were overridden. Replaces existing
     * files.
     */
    public void writeTo(Path folder) throws IOException {
        Files.writeString(folder.resolve(CheckpointFiles.TOKENIZER), json());
        if (ownConfig.isPresent()) {
            Path config = folder.resolve(CheckpointFiles.TOKENIZER_CONFIG);
            // Written again, since a copy of a read-only file is read-only.
            Files.deleteIfExists(config);
            Files.writeString(config, ownConfig.get().toString());
        }
    }

    /**
     * Opens the tokenizer.
     *
     * @throws Fault of kind {@code MODEL_REFUSED} when the Rust library rejects it, of kind {@code CONFIGURATION} when the
     *     native library can't be loaded
     */
    public Tokenizer open() {
        return Tokenizer.open(definition, settings);
    }
}
