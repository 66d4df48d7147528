package dev.unmask.store;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.unmask.fault.Fault;
import dev.unmask.fault.FileFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;

/**
 * The description of a store entry, {@code manifest.json}.
 *
 * @param format this layout's version, {@link #FORMAT}
 * @param name the model's name in answers
 * @param source its source: the name of the folder or archive, or {@code hf://owner/name[@revision]}
 * @param revision the hub's commit, or the first 12 hex digits of the digest of the source's files
 * @param precision the graph's precision
 * @param batches whether the texts of a batch run together; if not, the graph mixes them, and runs one text at a time
 * @param head at which positions the graph computes the masked-LM head; absent means at the masks
 * @param shape the model's sizes
 * @param specialTokens ids of the special tokens
 * @param licence the model card's licence, or null
 * @param intendedUse the model card's intended use, or null
 * @param warnings the import's warnings
 * @param files the entry's files by name
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Manifest(
        int format,
        String name,
        String source,
        String revision,
        String precision,
        boolean batches,
        Head head,
        Shape shape,
        SpecialIds specialTokens,
        String licence,
        String intendedUse,
        List<String> warnings,
        SortedMap<String, FileDigest> files) {

    /** Incremented when the graph or the layout changes, so that older entries are rebuilt. */
    public static final int FORMAT = 8;

    /** The manifest's name in an entry; it is written last. */
    public static final String FILE = "manifest.json";

    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);

    /** A manifest without {@code head} belongs to a graph that was written from a checkpoint. */
    public Manifest {
        head = head == null ? Head.MASKS : head;
    }

    /** At which positions a graph computes the masked-LM head. */
    public enum Head {
        /** Only at the masks. */
        @JsonProperty("masks")
        MASKS,
        /** At all positions: an export whose head the import did not recognize. */
        @JsonProperty("all")
        ALL;

        /** The name that the manifest and {@code /info} use. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * The model's sizes; 0 for those that the config of an exported graph lacks.
     *
     * @param type the config's model type
     * @param layers encoder layers
     * @param hidden width of the hidden states
     * @param heads attention heads
     * @param intermediate width of the feed-forward block; 0 if unknown
     * @param vocabulary rows of the embedding
     * @param positions the most tokens a text can have
     */
    public record Shape(
            String type, int layers, int hidden, int heads, int intermediate, int vocabulary, int positions) {}

    /**
     * Ids of the special tokens.
     *
     * @param pad padding
     * @param unk unknown
     * @param cls beginning of a text
     * @param sep end of a text
     * @param mask the mask
     */
    public record SpecialIds(int pad, int unk, int cls, int sep, int mask) {}

    /**
     * A file's size and digest.
     *
     * @param size bytes
     * @param sha256 lower-case hexadecimal
     */
    public record FileDigest(long size, String sha256) {}

    /**
     * Reads the manifest of a store entry.
     *
     * @throws Fault of kind MODEL_REFUSED when it is malformed or of another format, STORAGE when it can't be read
     */
    public static Manifest read(Path folder) {
        Path file = folder.resolve(FILE);
        Manifest manifest;
        try {
            manifest = JSON.readValue(file.toFile(), Manifest.class);
        } catch (JacksonException broken) {
            throw refused(folder, "is not a valid manifest");
        } catch (IOException unreadable) {
            throw FileFailure.unreadable(
                    "The manifest.json of the model \"%s\"".formatted(folder.getFileName()), unreadable);
        }
        if (manifest == null || manifest.format != FORMAT) {
            throw refused(
                    folder, "was written by another version of Unmask (this one reads format %d)".formatted(FORMAT));
        }
        if (manifest.name == null
                || manifest.precision == null
                || manifest.shape == null
                || manifest.specialTokens == null
                || manifest.warnings == null
                || manifest.files == null
                || manifest.files.containsValue(null)) {
            throw refused(folder, "lacks one of name, precision, shape, special_tokens, warnings and files");
        }
        for (String needed : List.of(EntryFiles.GRAPH, EntryFiles.WEIGHTS, EntryFiles.TOKENIZER)) {
            if (!manifest.files.containsKey(needed)) {
                throw refused(folder, "lists no digest of " + needed);
            }
        }
        if (manifest.name.chars().anyMatch(Character::isISOControl)) {
            throw refused(folder, "has a name with control characters");
        }
        return manifest;
    }

    /** The same model under another name, from another source. */
    public Manifest named(String otherName, String otherSource) {
        return new Manifest(
                format,
                otherName,
                otherSource,
                revision,
                precision,
                batches,
                head,
                shape,
                specialTokens,
                licence,
                intendedUse,
                warnings,
                files);
    }

    /** Writes the manifest into the folder of an entry. */
    public void write(Path folder) throws IOException {
        Files.write(folder.resolve(FILE), JSON.writeValueAsBytes(this));
    }

    private static Fault refused(Path folder, String found) {
        return Fault.modelRefused("The manifest.json of the model \"%s\" %s; import the model again."
                .formatted(folder.getFileName(), found));
    }
}
