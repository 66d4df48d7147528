package dev.unmask.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import dev.unmask.engine.Device;
import dev.unmask.engine.Engine;
import dev.unmask.engine.Rows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Exports of torch against what transformers computes; resources/onnx/make.py says how both were made. */
class ExportedGraphTest {
    /** Folder, recording, graph, padding id, vocabulary. */
    private static final String EXPORTS = """
            bert-dynamo      | bert       | model.onnx      | 0   | 165
            bert-torchscript | bert       | model.onnx      | 0   | 165
            bert-external    | bert       | onnx/model.onnx | 0   | 165
            roberta          | roberta    | model.onnx      | 1   | 314
            modernbert       | modernbert | model.onnx      | 313 | 328
            """;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = EXPORTS)
    void theHeadRunsAtTheMasksAndGivesTheReferencesLogits(
            String name, String recording, String file, int pad, int vocabulary) throws IOException {
        ExportedGraph export = ExportedGraph.open(Exports.FOLDER.resolve(name).resolve(file));

        assertThat(export.headAtMasks()).isTrue();
        assertThat(export.vocabulary()).hasValue(vocabulary);
        assertThat(export.otherWeightTypes()).isEmpty();
        check(write(export, pad, vocabulary), Exports.recorded(recording));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = EXPORTS)
    void anUnknownTailIsServedAsItIsWithTheSameLogits(
            String name, String recording, String file, int pad, int vocabulary) throws IOException {
        Path changed = Exports.copy(name, folder).resolve(file);
        Exports.rewrite(changed, Exports::unrecognisable);
        ExportedGraph export = ExportedGraph.open(changed);

        assertThat(export.headAtMasks()).isFalse();
        check(write(export, pad, vocabulary), Exports.recorded(recording));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = EXPORTS)
    void largeWeightsLieBesideTheGraphAndAreAllAnnounced(
            String name, String recording, String file, int pad, int vocabulary) throws IOException {
        ExportedGraph export = ExportedGraph.open(Exports.FOLDER.resolve(name).resolve(file));
        long[] told = new long[1];
        export.write(
                folder.resolve("model.onnx"),
                folder.resolve("model.weights"),
                pad,
                vocabulary,
                more -> told[0] += more);

        assertThat(told[0]).isEqualTo(export.weightBytes()).isGreaterThan(50_000);
        assertThat(folder.resolve("model.weights").toFile().length()).isGreaterThanOrEqualTo(told[0]);
        assertThat(folder.resolve("model.onnx").toFile().length()).isLessThan(80_000);
        assertThat(folder.toFile().list()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({
        "bert-dynamo/model.onnx, add_333, 22",
        "bert-torchscript/model.onnx, /model/bert/encoder/layer.1/attention/output/Add_output_0, 22",
        "roberta/model.onnx, add_364, 22",
        "modernbert/model.onnx, add_825, 21",
    })
    void theLastLayersFeedForwardRunsAtTheMasksToo(String file, String value, int nodes) throws IOException {
        GraphProto graph = ModelProto.parseFrom(Files.readAllBytes(Exports.FOLDER.resolve(file)))
                .getGraph();
        MaskCut cut = MaskCut.find(graph, "logits");

        assertThat(cut.value()).isEqualTo(value);
        assertThat(IntStream.range(0, graph.getNodeCount()).filter(cut::behind)).hasSize(nodes);
    }

    private Path write(ExportedGraph export, int pad, int vocabulary) throws IOException {
        Path graph = folder.resolve("written.onnx");
        export.write(graph, folder.resolve("written.weights"), pad, vocabulary, bytes -> {});
        return graph;
    }

    /** Each text alone, all padded in one batch, and that in another order. */
    private static void check(Path graph, List<Exports.Recorded> recorded) {
        assertThat(recorded).extracting(text -> text.ids().length).contains(3);
        List<Exports.Recorded> reversed = new ArrayList<>(recorded);
        Collections.reverse(reversed);
        try (Engine engine = Engine.open(graph, Device.parse("cpu"), 1, true)) {
            recorded.forEach(text -> check(engine, List.of(text)));
            check(engine, recorded);
            check(engine, reversed);
        }
    }

    private static void check(Engine engine, List<Exports.Recorded> texts) {
        Rows logits = engine.run(
                texts.stream().map(Exports.Recorded::ids).toArray(int[][]::new),
                texts.stream().map(Exports.Recorded::masks).toArray(int[][]::new));
        assertThat(logits.size())
                .isEqualTo(texts.stream().mapToInt(text -> text.masks().length).sum());
        float[] found = new float[logits.width()];
        int row = 0;
        for (Exports.Recorded text : texts) {
            for (float[] expected : text.logits()) {
                logits.read(row++, found);
                assertThat(found).as(text.text()).containsExactly(expected, within(1e-4f));
            }
        }
    }
}
