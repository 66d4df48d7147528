package dev.unmask.checkpoint;

import static dev.unmask.checkpoint.SafetensorsWriter.bytes;
import static dev.unmask.checkpoint.SafetensorsWriter.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unmask.fault.Fault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SafetensorsTest {
    @TempDir
    Path folder;

    private TensorSource open(byte[] file) throws IOException {
        return Safetensors.open(Files.write(folder.resolve("model.safetensors"), file));
    }

    @Test
    void floatsComeBackWithNameTypeAndShape() throws IOException {
        byte[] file = new SafetensorsWriter()
                .metadata("{\"format\":\"pt\"}")
                .floats("a", new long[] {2, 3}, 1, 2, 3, 4, 5, 6)
                .floats("b", new long[] {1}, -0.5f)
                .file();
        try (TensorSource opened = open(file)) {
            assertThat(opened.names()).containsExactly("a", "b");
            Tensor a = opened.tensor("a");
            assertThat(a.name()).isEqualTo("a");
            assertThat(a.dtype()).isEqualTo(DType.F32);
            assertThat(a.shape()).containsExactly(2, 3);
            assertThat(a.count()).isEqualTo(6);
            assertThat(a.floats()).containsExactly(1, 2, 3, 4, 5, 6);
            assertThat(opened.tensor("b").floats()).containsExactly(-0.5f);
            assertThat(a).hasToString("\"a\" F32 [2, 3]");
        }
    }

    @Test
    void aPartIsReadIntoAPart() throws IOException {
        try (TensorSource opened = open(
                new SafetensorsWriter().floats("a", new long[] {4}, 1, 2, 3, 4).file())) {
            float[] into = new float[5];
            opened.tensor("a").read(1, into, 2, 2);
            assertThat(into).containsExactly(0, 0, 2, 3, 0);
            opened.tensor("a").read(4, into, 5, 0);
        }
    }

    @Test
    void rangesThatDoNotFitAreTheCallersMistake() throws IOException {
        try (TensorSource opened =
                open(new SafetensorsWriter().floats("a", new long[] {2}, 1, 2).file())) {
            Tensor a = opened.tensor("a");
            assertThatThrownBy(() -> a.read(1, new float[9], 0, 2)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> a.read(-1, new float[9], 0, 1)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> a.read(0, new float[1], 0, 2)).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void halvesAndBrainFloatsAreWidened() throws IOException {
        byte[] file = new SafetensorsWriter()
                .tensor("h", "F16", new long[] {2}, bytes((short) 0x3c00, (short) 0xc500))
                .tensor("b", "BF16", new long[] {2}, bytes((short) 0x3f80, (short) 0xc0a0))
                .file();
        try (TensorSource opened = open(file)) {
            assertThat(opened.tensor("h").floats()).containsExactly(1, -5);
            assertThat(opened.tensor("b").floats()).containsExactly(1, -5);
        }
    }

    @ParameterizedTest
    @EnumSource(DType.class)
    void everyTypeMayBeThereAndOnlyFloatsAreRead(DType dtype) throws IOException {
        byte[] file = new SafetensorsWriter()
                .tensor("x", dtype.name(), new long[] {3}, new byte[3 * dtype.bytes()])
                .file();
        try (TensorSource opened = open(file)) {
            Tensor x = opened.tensor("x");
            assertThat(x.dtype()).isEqualTo(dtype);
            if (dtype.readableAsFloats()) {
                assertThat(x.floats()).containsExactly(0, 0, 0);
            } else {
                assertThatThrownBy(x::floats)
                        .isInstanceOf(Fault.class)
                        .message()
                        .contains("\"x\"", dtype.toString(), "BF16");
            }
        }
    }

    @Test
    void scalarsAndEmptyTensorsAreAccepted() throws IOException {
        byte[] file = new SafetensorsWriter()
                .floats("empty", new long[] {0, 5})
                .floats("scalar", new long[0], 7)
                .floats("empty at the end", new long[] {3, 0})
                .file();
        try (TensorSource opened = open(file)) {
            assertThat(opened.tensor("scalar").floats()).containsExactly(7);
            assertThat(opened.tensor("scalar").shape()).isEmpty();
            assertThat(opened.tensor("empty").count()).isZero();
            assertThat(opened.tensor("empty at the end").floats()).isEmpty();
        }
    }

    @Test
    void aFileWithoutTensorsIsAccepted() throws IOException {
        try (TensorSource opened = open(SafetensorsWriter.file("{}", new byte[0]))) {
            assertThat(opened.names()).isEmpty();
        }
    }

    @Test
    void unpaddedHeadersBlanksNullMetadataAndFurtherFieldsAreAccepted() throws IOException {
        String header = "{\"__metadata__\":null,\"abc\":{\"x\":{\"y\":[1]},\"dtype\":\"F32\",\"shape\":[1],"
                + "\"data_offsets\":[0,4]}}\n\t ";
        for (String blanks : new String[] {"", " ", "  "}) {
            try (TensorSource opened = open(SafetensorsWriter.file(header + blanks, bytes(2.5f)))) {
                assertThat(opened.tensor("abc").floats()).containsExactly(2.5f);
            }
        }
    }

    @Test
    void ofTwoEntriesWithOneNameTheLastCounts() throws IOException {
        String header = "{\"a\":" + entry("F32", "[2]", 0, 8) + ",\"a\":" + entry("F32", "[1]", 0, 4);
        try (TensorSource opened = open(SafetensorsWriter.file(header + "}", bytes(3f)))) {
            assertThat(opened.tensor("a").floats()).containsExactly(3);
        }
    }

    @Test
    void anUnknownNameIsRefused() throws IOException {
        try (TensorSource opened = open(SafetensorsWriter.file("{}", new byte[0]))) {
            assertThatThrownBy(() -> opened.tensor("a"))
                    .isInstanceOf(Fault.class)
                    .message()
                    .contains("model.safetensors", "\"a\"");
        }
    }

    @Test
    void afterClosingNothingIsRead() throws IOException {
        TensorSource opened =
                open(new SafetensorsWriter().floats("a", new long[] {1}, 1).file());
        opened.close();
        opened.close();
        assertThatIllegalStateException().isThrownBy(() -> opened.tensor("a").floats());
    }

    @Test
    void tensorsBeyondTwoGibibytesAreRead() throws IOException {
        long rows = 700_000;
        long size = rows * 1000 * 4;
        byte[] start = SafetensorsWriter.file("{\"big\":" + entry("F32", "[700000,1000]", 0, size) + "}", new byte[0]);
        Path file = folder.resolve("big.safetensors");
        // The file has a hole: it takes no room on disk.
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
            channel.write(ByteBuffer.wrap(start));
            channel.write(ByteBuffer.wrap(bytes(8f, 9f)), start.length + size - 8);
        }
        try (TensorSource opened = Safetensors.open(file)) {
            Tensor big = opened.tensor("big");
            float[] last = new float[3];
            big.read(rows * 1000 - 3, last, 0, 3);
            assertThat(last).containsExactly(0, 8, 9);
            float[] acrossTheSegments = new float[20];
            big.read((1L << 28) - 10, acrossTheSegments, 0, 20);
            assertThat(acrossTheSegments).containsOnly(0);
        }
    }
}
