package dev.unmask.importing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unmask.checkpoint.TinyCheckpoint;
import dev.unmask.fault.Fault;
import dev.unmask.graph.BertGraph;
import dev.unmask.graph.Precision;
import dev.unmask.progress.Progress;
import dev.unmask.store.EntryFiles;
import dev.unmask.store.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What an import makes, and that it makes all of it or nothing. */
class ImporterTest {
    private static final Path TOY = Path.of("src/test/resources/toy-model");

    @TempDir
    private Path folder;

    private Path store;
    private Path target;

    @BeforeEach
    void name() {
        store = folder.resolve("deep").resolve("store");
        target = store.resolve("toy");
    }

    @Test
    void theManifestSaysWhatTheModelIs() throws IOException {
        Manifest manifest = importer(TOY).into(target);

        assertThat(manifest.format()).isEqualTo(Manifest.FORMAT);
        assertThat(manifest.name()).isEqualTo("toy");
        assertThat(manifest.source()).isEqualTo("toy-model");
        assertThat(manifest.revision()).matches("[0-9a-f]{12}");
        assertThat(manifest.precision()).isEqualTo("fp32");
        assertThat(manifest.shape()).isEqualTo(new Manifest.Shape("bert", 2, 32, 2, 64, 165, 512));
        assertThat(manifest.specialTokens()).isEqualTo(new Manifest.SpecialIds(0, 6, 7, 8, 9));
        assertThat(manifest.licence()).isNull();
        assertThat(manifest.intendedUse()).isNull();
        assertThat(manifest.warnings()).isEmpty();
        assertThat(Manifest.read(target)).isEqualTo(manifest);
    }

    @Test
    void everyFileButTheManifestHasItsDigest() throws Exception {
        Manifest manifest = importer(TOY).into(target);

        assertThat(manifest.files())
                .containsOnlyKeys(
                        "config.json",
                        "model.onnx",
                        "model.cuda.onnx",
                        "model.weights",
                        "tokenizer.json",
                        "tokenizer_config.json");
        assertThat(names(target))
                .hasSize(7)
                .contains("manifest.json")
                .containsAll(manifest.files().keySet());
        for (String name : manifest.files().keySet()) {
            byte[] bytes = Files.readAllBytes(target.resolve(name));
            String sha256 = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
            assertThat(manifest.files().get(name)).isEqualTo(new Manifest.FileDigest(bytes.length, sha256));
        }
    }

    @Test
    void theModelCardAndAPublishedTokenizerAreCopied() throws IOException {
        importer(TOY).into(target);
        Path checkpoint = copyOfToy();
        String tokenizer = Files.readString(target.resolve("tokenizer.json"));
        Files.writeString(
                checkpoint.resolve("tokenizer.json"), tokenizer.replace("\"lowercase\":true", "\"lowercase\":false"));
        Files.delete(checkpoint.resolve("vocab.txt"));
        Files.writeString(
                checkpoint.resolve("README.md"), "---\nlicense: mit\n---\n# A\n## Intended use\n\nTests\nonly.\n");

        Manifest manifest = importer(checkpoint).into(store.resolve("other"));

        assertThat(store.resolve("other/tokenizer.json")).hasContent(tokenizer);
        assertThat(store.resolve("other/README.md")).hasSameBinaryContentAs(checkpoint.resolve("README.md"));
        assertThat(manifest.licence()).isEqualTo("mit");
        assertThat(manifest.intendedUse()).isEqualTo("Tests only.");
        assertThat(manifest.files()).containsKey("README.md");
    }

    @Test
    void theRevisionIsThatOfTheFilesAndNotOfTheirPlace() throws IOException {
        String revision = importer(TOY).into(target).revision();
        Path copy = copyOfToy();
        assertThat(importer(copy).into(store.resolve("copy")).revision()).isEqualTo(revision);

        Files.writeString(
                copy.resolve("config.json"),
                Files.readString(copy.resolve("config.json")).replace("\"gelu\"", "\"relu\""));
        assertThat(importer(copy).into(store.resolve("changed")).revision()).isNotEqualTo(revision);
    }

    @Test
    void progressTellsAllBytesThatItAnnounced() throws IOException {
        List<String> told = new ArrayList<>();
        long[] bytes = new long[2];
        Progress progress = new Progress() {
            @Override
            public void begin(String task, long all, Unit unit) {
                told.add("begin");
                bytes[0] = all;
            }

            @Override
            public void advance(long more) {
                bytes[1] += more;
            }

            @Override
            public void end() {
                told.add("end");
            }
        };
        new Importer(TOY, "toy", Precision.FP32, progress).into(target);

        assertThat(told).containsExactly("begin", "end");
        assertThat(bytes[1]).isEqualTo(bytes[0]).isPositive();
    }

    @ParameterizedTest
    @EnumSource(names = {"FP32", "FP16"})
    void thereIsAGraphForCudaOfWhichThereIsADigest(Precision precision) throws IOException {
        Manifest manifest = new Importer(TOY, "toy", precision, Progress.SILENT).into(target);

        assertThat(manifest.precision()).isEqualTo(precision.label());
        assertThat(manifest.files()).containsKeys(EntryFiles.GRAPH, EntryFiles.CUDA_GRAPH, EntryFiles.WEIGHTS);
        assertThat(BertGraph.forCuda(target.resolve(EntryFiles.GRAPH)))
                .isEqualTo(target.resolve(EntryFiles.CUDA_GRAPH))
                .isNotEmptyFile();
    }

    @Test
    void inInt8ThereIsNoGraphForCuda() throws IOException {
        Manifest manifest = new Importer(TOY, "toy", Precision.INT8, Progress.SILENT).into(target);

        assertThat(manifest.files()).doesNotContainKey(EntryFiles.CUDA_GRAPH);
        assertThat(target.resolve(EntryFiles.CUDA_GRAPH)).doesNotExist();
    }

    @Test
    void aCheckpointThatIsRefusedLeavesNothing() throws IOException {
        Path headless = Files.createDirectory(folder.resolve("headless"));
        new TinyCheckpoint().remove("cls.predictions.").write(headless);
        Files.copy(TOY.resolve("vocab.txt"), headless.resolve("vocab.txt"));

        assertRefused(headless, "cls.predictions");
    }

    @Test
    void aVocabularyLargerThanTheEmbeddingIsRefusedAndLeavesNothing() throws IOException {
        Path mixed = Files.createDirectory(folder.resolve("mixed"));
        new TinyCheckpoint().write(mixed);
        Files.copy(TOY.resolve("vocab.txt"), mixed.resolve("vocab.txt"));

        assertRefused(mixed, "The vocabulary has ids up to 164, but the checkpoint has 11 embeddings");
    }

    private void assertRefused(Path checkpoint, String message) throws IOException {
        assertThatThrownBy(() -> importer(checkpoint).into(target))
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.kind()).isEqualTo(Fault.Kind.MODEL_REFUSED))
                .hasMessageContaining(message);
        assertThat(names(store)).isEmpty();
    }

    @Test
    void afterAFailureHalfwayNothingIsLeft() throws IOException {
        assertThatThrownBy(() -> new Importer(TOY, "toy", Precision.FP32, failing()).into(target))
                .hasMessage("the terminal is gone");
        assertThat(names(store)).isEmpty();

        importer(TOY).into(target);
        assertThat(names(store)).containsExactly("toy");
    }

    @Test
    void anEntryThatExistsIsNotTouched() throws IOException {
        Files.createDirectories(target);
        Files.writeString(target.resolve("mine"), "untouched");

        assertThatThrownBy(() -> importer(TOY).into(target))
                .isInstanceOf(Fault.class)
                .message()
                .contains("\"toy\"", "--name");
        assertThat(names(store)).containsExactly("toy");
        assertThat(names(target)).containsExactly("mine");
    }

    private static Progress failing() {
        return new Progress() {
            @Override
            public void begin(String task, long bytes, Unit unit) {}

            @Override
            public void advance(long bytes) {
                throw new IllegalStateException("the terminal is gone");
            }

            @Override
            public void end() {}
        };
    }

    private Importer importer(Path checkpoint) {
        return new Importer(checkpoint, "toy", Precision.FP32, Progress.SILENT);
    }

    private Path copyOfToy() throws IOException {
        Path copy = Files.createDirectory(folder.resolve("toy-model"));
        for (String name : names(TOY)) {
            Files.copy(TOY.resolve(name), copy.resolve(name));
        }
        return copy;
    }

    static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
