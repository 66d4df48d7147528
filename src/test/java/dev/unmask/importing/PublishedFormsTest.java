package dev.unmask.importing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.unmask.fault.Fault;
import dev.unmask.graph.Precision;
import dev.unmask.progress.Progress;
import dev.unmask.store.Manifest;
import dev.unmask.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders such as the models of the CXR-BERT card's table were published in, with a tiny model in them. */
class PublishedFormsTest {
    private static final Path FILES = Path.of("src/test/resources/pytorch");
    private static final int LOWER = 5;
    private static final int UPPER = 6;

    @TempDir
    private Path folder;

    private Path published;

    /** As Bio_ClinicalBERT: the older form of torch.save, cased pieces (fewer than embeddings), no tokenizer_config.json. */
    @BeforeEach
    void publish() throws IOException {
        published = Files.createDirectory(folder.resolve("clinical"));
        Files.copy(FILES.resolve("config.json"), published.resolve("config.json"));
        Files.copy(FILES.resolve("float.legacy.bin"), published.resolve("pytorch_model.bin"));
        Files.write(
                published.resolve("vocab.txt"),
                List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "heart", "Heart", "The", "size"));
    }

    private Importer importer() {
        return new Importer(published, "m", Precision.FP32, Progress.SILENT);
    }

    private Importer importer(boolean lowerCase) {
        return new Importer(
                published,
                "m",
                new ImportChoices(Precision.FP32, Optional.of(lowerCase)),
                Progress.SILENT,
                Origin.of(published));
    }

    private int idOfHeart(String entry) {
        try (Tokenizer tokenizer = Tokenizer.open(folder.resolve(entry))) {
            return tokenizer.encode("Heart", false)[0];
        }
    }

    private void say(String tokenizerConfig) throws IOException {
        Files.writeString(published.resolve("tokenizer_config.json"), tokenizerConfig);
    }

    @Test
    void aCasedVocabularyWithoutSettingsIsLowerCasedAsInTheReferenceWithANotice() {
        Manifest manifest = importer().into(folder.resolve("entry"));

        assertThat(idOfHeart("entry")).isEqualTo(LOWER);
        assertThat(manifest.warnings())
                .containsExactly("No tokenizer_config.json says do_lower_case, so text is lower-cased, as the reference"
                        + " does by default; but 2 of 9 pieces have capital letters, so the model was likely trained on"
                        + " cased text. To serve it that way, import it with --do-lower-case false.");
        assertThat(manifest.shape().vocabulary()).isEqualTo(11);
    }

    @Test
    void theOperatorsChoiceHoldsInTheEntryAndStopsTheNotice() {
        Manifest cased = importer(false).into(folder.resolve("cased"));
        Manifest lowered = importer(true).into(folder.resolve("lowered"));
        Manifest undecided = importer().into(folder.resolve("undecided"));

        assertThat(idOfHeart("cased")).isEqualTo(UPPER);
        assertThat(idOfHeart("lowered")).isEqualTo(LOWER);
        assertThat(cased.warnings()).isEmpty();
        assertThat(lowered.warnings()).isEmpty();
        assertThat(cased.files()).containsKey("tokenizer_config.json");
        assertThat(List.of(cased.revision(), lowered.revision(), undecided.revision()))
                .doesNotHaveDuplicates();
    }

    @Test
    void theOperatorsChoiceWinsOverThePublishedOneAndKeepsTheOtherKeys() throws IOException {
        say("{\"do_lower_case\": true, \"model_max_length\": 4}");
        importer(false).into(folder.resolve("entry"));

        assertThat(idOfHeart("entry")).isEqualTo(UPPER);
        try (Tokenizer tokenizer = Tokenizer.open(folder.resolve("entry"))) {
            assertThat(tokenizer.settings().modelMaxLength()).hasValue(4);
        }
        assertThat(published.resolve("tokenizer_config.json"))
                .hasContent("{\"do_lower_case\": true, \"model_max_length\": 4}");
    }

    @Test
    void whatThePublisherDecidedIsNotAReasonForANotice() throws IOException {
        say("{\"do_lower_case\": false}");
        assertThat(importer().into(folder.resolve("cased")).warnings()).isEmpty();
        assertThat(idOfHeart("cased")).isEqualTo(UPPER);
        say("{\"do_lower_case\": true}");
        assertThat(importer().into(folder.resolve("lowered")).warnings()).isEmpty();
        assertThat(idOfHeart("lowered")).isEqualTo(LOWER);
    }

    @Test
    void anUncasedVocabularyIsNotAReasonForANotice() throws IOException {
        Files.write(
                published.resolve("vocab.txt"), List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "heart", "size"));
        assertThat(importer().into(folder.resolve("entry")).warnings()).isEmpty();
    }

    @Test
    void aTokenizerThatDecidesForItselfCannotBeOverruled() throws IOException {
        importer().into(folder.resolve("entry"));
        Files.writeString(
                published.resolve("tokenizer.json"), Files.readString(folder.resolve("entry/tokenizer.json")));
        say("{\"tokenizer_class\": \"PreTrainedTokenizerFast\"}");

        assertThatExceptionOfType(Fault.class)
                .isThrownBy(() -> importer(false).into(folder.resolve("other")))
                .withMessageContaining("--do-lower-case");
        assertThat(folder.resolve("other")).doesNotExist();
    }

    @Test
    void anEntryWithMoreEmbeddingsThanPiecesNamesOnlyItsPieces() {
        importer().into(folder.resolve("entry"));
        try (Tokenizer tokenizer = Tokenizer.open(folder.resolve("entry"))) {
            assertThat(tokenizer.idLimit()).isEqualTo(9);
            assertThat(tokenizer.decode(new int[] {10}, false)).isEmpty();
        }
    }

    @Test
    void aSingleFileAndItsShardsMakeTheSameGraphButAreToldApartByTheirFiles() throws IOException {
        Manifest whole = importer().into(folder.resolve("whole"));
        Files.delete(published.resolve("pytorch_model.bin"));
        for (String name : List.of(
                "pytorch_model.bin.index.json",
                "pytorch_model-00001-of-00002.bin",
                "pytorch_model-00002-of-00002.bin")) {
            Files.copy(FILES.resolve("sharded").resolve(name), published.resolve(name));
        }
        Manifest sharded = importer().into(folder.resolve("sharded"));

        assertThat(sharded.files().get("model.weights")).isEqualTo(whole.files().get("model.weights"));
        assertThat(sharded.files().get("model.onnx")).isEqualTo(whole.files().get("model.onnx"));
        assertThat(sharded.revision()).isNotEqualTo(whole.revision());

        // A byte of the second shard's numbers: it belongs to what the revision stands for.
        Path second = published.resolve("pytorch_model-00002-of-00002.bin");
        byte[] bytes = Files.readAllBytes(second);
        bytes[bytes.length / 2] ^= 1;
        Files.write(second, bytes);
        assertThat(importer().into(folder.resolve("changed")).revision()).isNotEqualTo(sharded.revision());
    }
}
