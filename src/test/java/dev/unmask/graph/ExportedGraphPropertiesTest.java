package dev.unmask.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unmask.fault.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Damaged files are refused with a sentence, or read as what they then say; nothing else comes out. */
class ExportedGraphPropertiesTest {
    private static Path folder;
    private static byte[] intact;

    @BeforeContainer
    static void read() throws IOException {
        folder = Files.createTempDirectory("exports");
        intact = Files.readAllBytes(Exports.FOLDER.resolve("bert-external/onnx/model.onnx"));
        Files.copy(Exports.FOLDER.resolve("bert-external/onnx/model.onnx_data"), folder.resolve("model.onnx_data"));
    }

    @AfterContainer
    static void remove() throws IOException {
        for (String name : new String[] {"model.onnx_data", "model.onnx"}) {
            Files.delete(folder.resolve(name));
        }
        Files.delete(folder);
    }

    @Property(tries = 300)
    void aTruncatedFileIsRefused(@ForAll @IntRange(max = 12_000) int length) throws IOException {
        assertThat(refusal(Arrays.copyOf(intact, length))).contains("model.onnx");
    }

    @Property(tries = 500)
    void changedBytesEndInASentenceOrAGraph(@ForAll long seed, @ForAll @IntRange(min = 1, max = 8) int count)
            throws IOException {
        Random random = new Random(seed);
        byte[] changed = intact.clone();
        for (int i = 0; i < count; i++) {
            changed[random.nextInt(changed.length)] = (byte) random.nextInt();
        }
        assertThat(refusal(changed)).isNotEqualTo("no sentence").doesNotContain("Exception", folder.toString());
    }

    /** What is said against a file; empty where it is read. */
    private static String refusal(byte[] content) throws IOException {
        Path file = folder.resolve("model.onnx");
        Files.write(file, content);
        try {
            ExportedGraph graph = ExportedGraph.open(file);
            assertThat(graph.files()).contains(file);
            return "";
        } catch (Fault refused) {
            assertThat(refused.kind()).isEqualTo(Fault.Kind.MODEL_REFUSED);
            return refused.getMessage();
        }
    }
}
