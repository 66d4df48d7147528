package dev.unmask.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class MappedFileTest {
    /** Segments of a few bytes stand in for those of a gibibyte. */
    @Property(tries = 300)
    void elementsAreWholeWhereverTheSegmentsEnd(
            @ForAll @Size(min = 1, max = 40) float[] values,
            @ForAll @IntRange(min = 0, max = 9) int start,
            @ForAll @IntRange(min = 1, max = 60) int segmentSize)
            throws IOException {
        byte[] data = SafetensorsWriter.bytes(values);
        byte[] file = new byte[start + data.length];
        System.arraycopy(data, 0, file, start, data.length);
        Path path = Files.write(Files.createTempFile("unmask", ".bin"), file);
        try (FileChannel channel = FileChannel.open(path);
                MappedFile mapped = MappedFile.map(channel, file.length, segmentSize)) {
            long[] shape = {values.length};
            Tensor tensor = new MappedTensor("a", DType.F32, shape, values.length, mapped, start);
            assertThat(tensor.floats()).isEqualTo(values);
        } finally {
            Files.delete(path);
        }
    }
}
