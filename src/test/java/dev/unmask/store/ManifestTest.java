package dev.unmask.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unmask.fault.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reading manifests, also those that somebody edited. */
class ManifestTest {
    private static final String FORMAT = "\"format\" : " + Manifest.FORMAT;
    private static final Manifest MANIFEST = new Manifest(
            Manifest.FORMAT,
            "m",
            "source",
            "0123456789ab",
            "fp32",
            true,
            Manifest.Head.ALL,
            new Manifest.Shape("cxr-bert", 1, 2, 1, 8, 9, 4),
            new Manifest.SpecialIds(0, 1, 2, 3, 4),
            "mit",
            null,
            List.of("A warning."),
            new TreeMap<>(Map.of(
                    "model.onnx", new Manifest.FileDigest(3, "ab"),
                    "model.weights", new Manifest.FileDigest(4, "cd"),
                    "tokenizer.json", new Manifest.FileDigest(5, "ef"))));

    @TempDir
    private Path folder;

    @Test
    void whatIsWrittenIsReadAndAbsentFactsAreNotWritten() throws IOException {
        MANIFEST.write(folder);

        assertThat(Manifest.read(folder)).isEqualTo(MANIFEST);
        assertThat(Files.readString(folder.resolve("manifest.json")))
                .contains("\"special_tokens\"")
                .doesNotContain("intended");
    }

    @Test
    void keysOfLaterVersionsArePassedOver() throws IOException {
        edit(FORMAT, FORMAT + ", \"later\" : {}");

        assertThat(Manifest.read(folder)).isEqualTo(MANIFEST);
    }

    @Test
    void whereTheHeadRunsIsWrittenAndMeansTheMasksWhereAbsent() throws IOException {
        edit("\"head\" : \"all\"", "\"other\" : 1");

        assertThat(Manifest.read(folder).head()).isEqualTo(Manifest.Head.MASKS);
    }

    @Test
    void anUnknownPlaceOfTheHeadIsRefused() throws IOException {
        edit("\"head\" : \"all\"", "\"head\" : \"somewhere\"");

        assertRefused("is not a valid manifest");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, Manifest.FORMAT - 1, Manifest.FORMAT + 1})
    void anotherFormatIsRefused(int format) throws IOException {
        edit(FORMAT, "\"format\" : " + format);

        assertRefused("was written by another version of Unmask (this one reads format " + Manifest.FORMAT + ")");
    }

    @ParameterizedTest
    @ValueSource(strings = {"name", "precision", "shape", "special_tokens", "warnings", "files"})
    void whatIsNeededAndMissingIsRefused(String key) throws IOException {
        edit("\"" + key + "\" :", "\"other\" :");

        assertRefused("lacks one of name, precision, shape, special_tokens, warnings and files");
    }

    @Test
    void aFileWithoutADigestIsRefused() throws IOException {
        edit("\"model.onnx\" :", "\"other.json\" : null, \"model.onnx\" :");

        assertRefused("lacks one of name, precision, shape, special_tokens, warnings and files");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "{", "{}", "not json", "{\"format\": \"x\"}"})
    void whatIsNotAManifestIsRefused(String content) throws IOException {
        Files.writeString(folder.resolve("manifest.json"), content);

        assertRefused("");
    }

    @Test
    void aManifestThatCannotBeReadIsAFailureOfTheDisk() {
        assertThatThrownBy(() -> Manifest.read(folder))
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.kind()).isEqualTo(Fault.Kind.STORAGE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"../model.onnx", "/etc/hostname", "a/../model.onnx", "..", ".", "", "/", "a\\u0000b"})
    void onlyFilesOfTheFolderAreVerified(String name) throws IOException {
        edit("\"model.onnx\"", "\"" + name + "\"");

        assertThatThrownBy(() -> Digests.verify(folder, Manifest.read(folder)))
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.kind()).isEqualTo(Fault.Kind.MODEL_REFUSED))
                .hasMessageEndingWith("; import the model again.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.onnx", "model.weights", "tokenizer.json"})
    void aFileThatIsServedNeedsItsDigest(String name) throws IOException {
        edit("\"" + name + "\"", "\"other\"");

        assertRefused("lists no digest of " + name);
    }

    @Test
    void aNameThatWouldSplitALogLineIsRefused() throws IOException {
        edit("\"name\" : \"m\"", "\"name\" : \"m\\nn\"");

        assertRefused("has a name with control characters");
    }

    private void edit(String is, String becomes) throws IOException {
        MANIFEST.write(folder);
        Path file = folder.resolve("manifest.json");
        String written = Files.readString(file);
        assertThat(written).contains(is);
        Files.writeString(file, written.replace(is, becomes));
    }

    private void assertRefused(String found) {
        assertThatThrownBy(() -> Manifest.read(folder))
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.kind()).isEqualTo(Fault.Kind.MODEL_REFUSED))
                .hasMessageStartingWith(
                        "The manifest.json of the model \"%s\" %s".formatted(folder.getFileName(), found))
                .hasMessageEndingWith("; import the model again.");
    }
}
