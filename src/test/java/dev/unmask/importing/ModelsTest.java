package dev.unmask.importing;

import static dev.unmask.importing.ImporterTest.names;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.unmask.engine.Device;
import dev.unmask.fault.Fault;
import dev.unmask.graph.Precision;
import dev.unmask.progress.Progress;
import dev.unmask.store.Digests;
import dev.unmask.store.Manifest;
import dev.unmask.store.ModelStore;
import dev.unmask.store.StoredModel;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Opening models by name and by path, and the import at first start. */
class ModelsTest {
    private static final Path TOY = Path.of("src/test/resources/toy-model");

    /** Fails the test where an import begins. */
    private static final Progress NO_IMPORT = new Progress() {
        @Override
        public void begin(String task, long bytes, Unit unit) {
            throw new AssertionError("an import began");
        }

        @Override
        public void advance(long bytes) {}

        @Override
        public void end() {}
    };

    @TempDir
    private Path folder;

    private Path root;
    private Models store;

    @BeforeEach
    void name() {
        root = folder.resolve("store");
        store = new Models(root);
    }

    @Test
    void anEntryIsOpenedByNameAndByItsPath() throws IOException {
        Manifest manifest = importToy();

        StoredModel byName = store.open("toy", Precision.FP32, NO_IMPORT);
        assertThat(byName)
                .isEqualTo(new StoredModel(root.resolve("toy"), manifest, StoredModel.State.WEIGHTS_UNVERIFIED));
        assertThat(byName.graph()).isRegularFile();
        assertThat(store.open(root.resolve("toy").toString(), Precision.FP32, NO_IMPORT)
                        .manifest())
                .isEqualTo(manifest);
    }

    @Test
    void aCheckpointIsImportedAtFirstStartAndFoundAtTheNext() throws IOException {
        StoredModel first = store.open(TOY.toString(), Precision.FP32, Progress.SILENT);

        assertThat(first.manifest().name()).isEqualTo("toy-model");
        assertThat(first.folder().getParent()).isEqualTo(root.resolve(".cache"));
        assertThat(first.folder().getFileName().toString())
                .matches("[0-9a-f]{64}")
                .startsWith(first.manifest().revision());
        assertThat(store.open(TOY.toString(), Precision.FP32, NO_IMPORT)).isEqualTo(first);
        assertThat(new ModelStore(root).names()).isEmpty();
    }

    /** As import takes it; one that was downloaded by the hub's own tools keeps what it was there. */
    @Test
    void aCheckpointDeepInAFolderIsFound() throws IOException {
        String commit = "0123456789abcdef0123456789abcdef01234567";
        copyTo(folder.resolve("azure/mlflow_model_folder/data/model"));
        copyTo(folder.resolve("models--owner--toy/snapshots").resolve(commit));

        StoredModel azure = store.open(folder.resolve("azure").toString(), Precision.FP32, Progress.SILENT);
        StoredModel hub = store.open(folder.resolve("models--owner--toy").toString(), Precision.FP32, Progress.SILENT);

        assertThat(azure.manifest().name()).isEqualTo("azure");
        assertThat(azure.manifest().source()).isEqualTo("azure");
        assertThat(hub.manifest().name()).isEqualTo("toy");
        assertThat(hub.manifest().source()).isEqualTo("hf://owner/toy@" + commit);
        assertThat(hub.manifest().revision()).isEqualTo(commit);
        assertThat(store.open(folder.resolve("models--owner--toy").toString(), Precision.FP32, NO_IMPORT))
                .isEqualTo(hub);
    }

    private static void copyTo(Path made) throws IOException {
        Files.createDirectories(made);
        for (String file : names(TOY)) {
            Files.copy(TOY.resolve(file), made.resolve(file));
        }
    }

    @Test
    void aCheckpointInTheStoreIsImportedTooWhateverItIsCalled() throws IOException {
        Path copy = copyOfToy("raw");

        StoredModel opened = store.open("raw", Precision.FP32, Progress.SILENT);

        assertThat(opened.manifest().name()).isEqualTo("raw");
        assertThat(names(copy)).isEqualTo(names(TOY));
    }

    @Test
    void aCheckpointThatChangedIsImportedAgain() throws IOException {
        Path copy = copyOfToy("raw");
        StoredModel before = store.open("raw", Precision.FP32, Progress.SILENT);
        Path config = copy.resolve("tokenizer_config.json");
        Files.writeString(
                config, Files.readString(config).replace("\"do_lower_case\": true", "\"do_lower_case\": false"));

        StoredModel after = store.open("raw", Precision.FP32, Progress.SILENT);

        assertThat(after.folder()).isNotEqualTo(before.folder()).isDirectory();
    }

    @Test
    void anArchiveIsImportedAtFirstStartAndFoundAtTheNext() throws IOException {
        Path archive = folder.resolve("toy-archived.zip");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive))) {
            for (String file : names(TOY)) {
                zip.putNextEntry(new ZipEntry("inner/" + file));
                zip.write(Files.readAllBytes(TOY.resolve(file)));
            }
        }

        StoredModel first = store.open(archive.toString(), Precision.FP32, Progress.SILENT);
        StoredModel again = store.open(archive.toString(), Precision.FP32, NO_IMPORT);

        assertThat(again).isEqualTo(first);
        assertThat(first.manifest().name()).isEqualTo("toy-archived");
        assertThat(first.folder()).hasParentRaw(root.resolve(".cache"));
    }

    @Test
    void whatIsNeitherAFolderNorAFileIsNoModel() {
        Path device = Path.of("/dev/null");
        assumeTrue(Files.exists(device), "only on systems that have devices in the file system");

        assertRefused(
                device.toString(),
                "There is no model \"/dev/null\": neither in the store \"%s\", which holds none,".formatted(root));
    }

    @Test
    void aFileThatIsNotAnArchiveIsRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("model.onnx"), "not an archive");

        assertThatThrownBy(() -> store.open(file.toString(), Precision.FP32, NO_IMPORT))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("neither a folder nor an archive");
        Path damaged = Files.writeString(folder.resolve("model.tar.gz"), "not an archive");
        assertThatThrownBy(() -> store.open(damaged.toString(), Precision.FP32, NO_IMPORT))
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.kind()).isEqualTo(Fault.Kind.MODEL_REFUSED));
        assertThat(names(root.resolve(".cache"))).isEmpty();
    }

    @Test
    void aCachedImportThatIsDamagedIsMadeAgain() throws IOException {
        StoredModel first = store.open(TOY.toString(), Precision.FP32, Progress.SILENT);
        damage(first.folder().resolve("model.weights"));

        StoredModel again = store.open(TOY.toString(), Precision.FP32, Progress.SILENT);

        assertThat(again.folder()).isEqualTo(first.folder());
        assertThat(again.manifest()).isEqualTo(first.manifest());
        Digests.verify(again.folder(), again.manifest());
    }

    /** A file stands where the store's folder would be: nobody can write there, not even root. */
    @Test
    void withoutAWritableStoreTheImportGoesToATemporaryFolder() throws IOException {
        Files.writeString(root, "no folder");

        StoredModel model = store.open(TOY.toString(), Precision.FP32, Progress.SILENT);

        assertThat(model.folder()).startsWith(Path.of(System.getProperty("java.io.tmpdir")));
        Digests.verify(model.folder(), model.manifest());
        assertThat(root).hasContent("no folder");
        model.close();
        assertThat(model.folder().getParent()).doesNotExist();
    }

    @Test
    void theSameFilesInAnotherFolderAreServedUnderThatFoldersName() throws IOException {
        store.open(TOY.toString(), Precision.FP32, Progress.SILENT);
        Path copy = copyOfToy("raw");

        assertThat(store.open(copy.toString(), Precision.FP32, NO_IMPORT)
                        .manifest()
                        .name())
                .isEqualTo("raw");
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.onnx", "tokenizer.json", "config.json", "tokenizer_config.json"})
    void aFileThatChangedIsRefusedByName(String name) throws IOException {
        importToy();
        damage(root.resolve("toy").resolve(name));

        assertRefused("toy", "The file \"" + name + "\" of the model \"toy\" differs from the manifest (");
    }

    /** Weights are verified while the engine opens, which itself only meets those that are too short. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1000})
    void weightsThatChangedAreRefusedByTheirNameBeforeAnEngineIsOpened(int missing) throws IOException {
        importToy();
        Path weights = root.resolve("toy/model.weights");
        damage(weights);
        try (FileChannel file = FileChannel.open(weights, StandardOpenOption.WRITE)) {
            file.truncate(file.size() - missing);
        }
        StoredModel stored = store.open("toy", Precision.FP32, NO_IMPORT);

        assertThatThrownBy(() -> stored.engine(Device.parse("cpu"), 1))
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.kind()).isEqualTo(Fault.Kind.MODEL_REFUSED))
                .hasMessageStartingWith("The file \"model.weights\" of the model \"toy\" differs from the manifest (");
    }

    @Test
    void aFileThatIsMissingIsRefusedByName() throws IOException {
        importToy();
        Files.delete(root.resolve("toy/tokenizer.json"));

        assertRefused(
                "toy",
                "The file \"tokenizer.json\" of the model \"toy\" is missing or can't be read; import the model again.");
    }

    @Test
    void anEntryOfAnotherPrecisionIsRefused() throws IOException {
        importToy();
        Path manifest = root.resolve("toy/manifest.json");
        Files.writeString(manifest, Files.readString(manifest).replace("\"fp32\"", "\"int8\""));

        assertRefused(
                "toy", "The model \"toy\" was imported at int8, but fp32 is required; import it again, or use auto.");
    }

    @Test
    void autoTakesAnEntryOfAnyPrecision() throws IOException {
        new Importer(TOY, "toy", Precision.INT8, Progress.SILENT).into(root.resolve("toy"));

        StoredModel opened = new Models(root).open("toy", Precision.AUTO, Progress.SILENT);

        assertThat(opened.manifest().precision()).isEqualTo("int8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"absent", "", " ", "a/b", "..x", ".cache"})
    void aModelThatDoesNotExistIsRefusedWithWhatThereIs(String model) throws IOException {
        importToy();
        Files.createDirectories(root.resolve("another"));
        Files.createDirectories(root.resolve(".hidden"));

        assertRefused(
                model,
                "There is no model \"%s\": neither in the store \"%s\", which holds another, toy, nor as a folder. Use one of these,"
                                .formatted(model, root)
                        + " a checkpoint's folder or hf://owner/name, or another store.");
    }

    @Test
    void withoutAStoreTheRefusalSaysThatItHoldsNone() {
        assertRefused(
                "absent",
                "There is no model \"absent\": neither in the store \"%s\", which holds none,".formatted(root));
    }

    @Test
    void aFolderWithoutACheckpointIsRefused() throws IOException {
        Files.createDirectories(root.resolve("empty"));

        assertRefused("empty", "There is no config.json in \"empty\".");
        assertThat(names(root)).containsExactly("empty");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "cxr-bert-general", "BioViL_1.0", "7"})
    void namesOfLettersDigitsDotsDashesAndUnderscoresAreTaken(String name) {
        assertThat(new ModelStore(root).entry(name)).isEqualTo(root.resolve(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", ".cache", "-a", "_a", "a/b", "../a", "a\\b", "a b", "é", "a\n"})
    void otherNamesAreRefused(String name) {
        assertThatThrownBy(() -> new ModelStore(root).entry(name))
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.kind()).isEqualTo(Fault.Kind.CONFIGURATION))
                .hasMessageStartingWith("\"" + name + "\" is not a valid model name; ");
    }

    @Test
    void aNameHasAtMostAHundredCharacters() {
        assertThat(new ModelStore(root).entry("a".repeat(100))).isNotNull();
        assertThatThrownBy(() -> new ModelStore(root).entry("a".repeat(101))).isInstanceOf(Fault.class);
    }

    private Manifest importToy() throws IOException {
        return new Importer(TOY, "toy", Precision.FP32, Progress.SILENT).into(new ModelStore(root).entry("toy"));
    }

    private Path copyOfToy(String name) throws IOException {
        Path copy = Files.createDirectories(root.resolve(name));
        for (String file : names(TOY)) {
            Files.copy(TOY.resolve(file), copy.resolve(file));
        }
        return copy;
    }

    /** Changes one bit in the middle. */
    private static void damage(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
    }

    private void assertRefused(String model, String message) {
        assertThatThrownBy(() -> store.open(model, Precision.FP32, NO_IMPORT))
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.kind()).isEqualTo(Fault.Kind.MODEL_REFUSED))
                .hasMessageStartingWith(message);
    }
}
