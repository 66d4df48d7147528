package dev.unmask.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.unmask.fault.Fault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PyTorchRefusalTest {
    private static final Path FILES = Path.of("src/test/resources/pytorch");
    private static final byte[] PICKLE = PickleWriter.oneTensor(6, 0, new long[] {2, 3}, 3, 1);
    private static final byte[] SIX_FLOATS = SafetensorsWriter.bytes(1f, 2, 3, 4, 5, 6);

    @TempDir
    Path folder;

    private Path file(byte[] bytes) {
        try {
            return Files.write(folder.resolve("pytorch_model.bin"), bytes);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private ThrowableAssertAlternative<Fault> refused(byte[] bytes) {
        Path file = file(bytes);
        return assertThatExceptionOfType(Fault.class)
                .isThrownBy(() -> Assertions.assertTimeout(
                        Duration.ofSeconds(2), () -> PyTorchFile.open(file).close()))
                .satisfies(fault -> assertThat(fault.kind()).isEqualTo(Fault.Kind.MODEL_REFUSED))
                .satisfies(fault -> assertThat(fault.getMessage()).startsWith("pytorch_model.bin"));
    }

    private static ZipWriter zip(byte[] pickle, byte[] storage) {
        return new ZipWriter().stored("archive/data.pkl", pickle).stored("archive/data/0", storage);
    }

    @Test
    void theZipThatTheOthersAreMadeFromIsRead() {
        try (TensorSource source = PyTorchFile.open(file(zip(PICKLE, SIX_FLOATS).file()))) {
            assertThat(source.tensor("x").floats()).containsExactly(1, 2, 3, 4, 5, 6);
        }
    }

    @Test
    void duplicateAndEscapingNamesAreRefused() {
        refused(zip(PICKLE, SIX_FLOATS).stored("archive/data/0", SIX_FLOATS).file())
                .withMessageContaining("the entry \"archive/data/0\" is there twice");
        for (String name :
                new String[] {"../data/1", "archive/../../x", "/etc/passwd", "archive\\..\\x", "archive/.."}) {
            refused(zip(PICKLE, SIX_FLOATS).stored(name, "x").file())
                    .withMessageContaining("points out of the archive");
        }
    }

    @Test
    void compressedEntriesAreRefused() {
        refused(new ZipWriter()
                        .stored("archive/data.pkl", PICKLE)
                        .deflated("archive/data/0", SIX_FLOATS)
                        .file())
                .withMessageContaining("the entry \"archive/data/0\" is compressed or encrypted");
    }

    @Test
    void thereMustBeOnePickle() {
        refused(new ZipWriter().stored("archive/data/0", SIX_FLOATS).file())
                .withMessageContaining("has 0 entries that end in /data.pkl");
        refused(zip(PICKLE, SIX_FLOATS).stored("other/data.pkl", PICKLE).file())
                .withMessageContaining("has 2 entries that end in /data.pkl");
    }

    @Test
    void everyStorageMustBeThereInItsSize() {
        refused(new ZipWriter().stored("archive/data.pkl", PICKLE).file())
                .withMessageContaining("lacks the entry \"archive/data/0\"");
        refused(zip(PICKLE, Arrays.copyOf(SIX_FLOATS, 23)).file())
                .withMessageContaining("has 23 bytes, but 6 elements of F32 take 24");
        refused(zip(PICKLE, Arrays.copyOf(SIX_FLOATS, 25)).file()).withMessageContaining("has 25 bytes, but");
        refused(zip(PickleWriter.oneTensor(Long.MAX_VALUE, 0, new long[] {1}, 1), SIX_FLOATS)
                        .file())
                .withMessageContaining("more than any file can hold");
    }

    @Test
    void bigEndianFilesAreRefused() {
        refused(zip(PICKLE, SIX_FLOATS).stored("archive/byteorder", "big").file())
                .withMessageContaining("the byte order is \"big\"; only \"little\" is read");
        refused(zip(PICKLE, SIX_FLOATS)
                        .stored("archive/byteorder", "x".repeat(17))
                        .file())
                .withMessageContaining("has 17 bytes; 16 is the most allowed");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1  | 2,3 | 3,1",
                "0  | 2,4 | 3,1",
                "0  | 3,3 | 3,1",
                "0  | 2,3 | 4,1",
                "-1 | 2,3 | 3,1",
                "0  | -2,3 | 3,1",
                "0  | 2,3 | -3,1",
                "6  | 1 | 1",
                "9223372036854775807 | 2 | 1",
                "0  | 9223372036854775807,9223372036854775807 | 0,0",
                "0  | 4611686018427387904,2 | 0,0",
                "0  | 2305843009213693952 | 0",
                "0  | 2,2 | 9223372036854775807,1",
                "0  | 3037000500,3 | 3037000500,1",
                "0  | 2 | 1,1",
                "0  | 2,3 | 1",
            })
    void viewsThatReachBeyondTheirStorageAreRefused(long offset, String shape, String stride) {
        refused(zip(PickleWriter.oneTensor(6, offset, longs(shape), longs(stride)), SIX_FLOATS)
                        .file())
                .withMessageStartingWith("pytorch_model.bin: tensor \"x\" ");
    }

    private static long[] longs(String text) {
        return Arrays.stream(text.split(",")).mapToLong(Long::parseLong).toArray();
    }

    @Test
    void viewsOfMoreDimensionsThanAnyModelHasAreRefused() {
        refused(zip(PickleWriter.oneTensor(6, 0, new long[33], new long[33]), SIX_FLOATS)
                        .file())
                .withMessageContaining("33 dimensions");
    }

    @Test
    void theNextToLastViewsAreRead() {
        for (String[] view :
                new String[][] {{"5", "1", "1"}, {"0", "2,2", "4,1"}, {"0", "6,0", "1,1"}, {"0", "1,6", "99,1"}}) {
            byte[] pickle = PickleWriter.oneTensor(6, Long.parseLong(view[0]), longs(view[1]), longs(view[2]));
            try (TensorSource source =
                    PyTorchFile.open(file(zip(pickle, SIX_FLOATS).file()))) {
                assertThat(source.tensor("x").floats())
                        .hasSize((int) source.tensor("x").count());
            }
        }
    }

    @Test
    void oneStorageOfTwoTypesIsRefused() {
        byte[] pickle = PickleWriter.begun()
                .op(PickleOpcode.EMPTY_DICT)
                .op(PickleOpcode.MARK)
                .text("x")
                .tensor(6, 0, new long[] {1}, new long[] {1})
                .text("y")
                .tensor(7, 0, new long[] {1}, new long[] {1})
                .op(PickleOpcode.SETITEMS)
                .end();
        refused(zip(pickle, SIX_FLOATS).file()).withMessageContaining("both as 6 F32 and as 7 F32");
    }

    @Test
    void whatIsNotAStateDictIsRefused() {
        refused(zip(PickleWriter.begun().op(PickleOpcode.NONE).end(), SIX_FLOATS)
                        .file())
                .withMessageStartingWith("pytorch_model.bin (archive/data.pkl) doesn't hold a dict of tensors");
        refused(zip(
                                PickleWriter.begun()
                                        .op(PickleOpcode.EMPTY_DICT)
                                        .text("epoch")
                                        .integer(3)
                                        .op(PickleOpcode.SETITEM)
                                        .end(),
                                SIX_FLOATS)
                        .file())
                .withMessageContaining("\"epoch\" is no tensor; is it a training checkpoint?");
    }

    @Test
    void filesOfOtherKindsAreRefused() {
        refused(new byte[0]).withMessageContaining("is neither of torch.save's forms");
        refused("<!DOCTYPE html>".getBytes(StandardCharsets.UTF_8)).withMessageContaining("Is it the right file");
        refused("version https://git-lfs.github.com/spec/v1\n".getBytes(StandardCharsets.UTF_8))
                .withMessageContaining("git lfs pull");
    }

    @Test
    void aDirectoryOfMillionsOfEntriesIsNotListed() {
        ZipWriter writer = zip(PICKLE, SIX_FLOATS);
        for (int i = 0; i < 60_000; i++) {
            writer.stored("archive/data/" + "x".repeat(40) + i, new byte[0]);
        }
        refused(writer.file()).withMessageContaining("takes more than 4194304 bytes, the most allowed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"float.legacy.bin", "half.legacy.bin", "float.archive.bin", "float.old-zip.bin"})
    void filesCutShortAnywhereAreRefused(String name) throws IOException {
        byte[] whole = Files.readAllBytes(FILES.resolve(name));
        // Primes, to cut each kind of structure at all its places; PickleTest cuts a pickle at every byte.
        int step = name.contains("legacy") ? 5 : 31;
        for (int length = whole.length - 1; length >= 0; length -= step) {
            refused(Arrays.copyOf(whole, length));
        }
    }
}
