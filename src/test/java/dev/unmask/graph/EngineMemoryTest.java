package dev.unmask.graph;

import static dev.unmask.graph.GraphBuilder.attribute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.unmask.engine.Device;
import dev.unmask.engine.Engine;
import dev.unmask.engine.GraphNames;
import dev.unmask.fault.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The engine over a graph that asks for more memory than any machine can address, if its text has a second token. */
class EngineMemoryTest {
    private static final long FLOATS_A_TOKEN = 1L << 60;

    @TempDir
    private Path folder;

    @Test
    void aFailedAllocationIsALackOfRoomAndTheEngineContinues() throws IOException {
        try (Engine engine = Engine.open(greedyGraph(), Device.parse("cpu"), 1, true)) {
            assertThat(engine.run(new int[1][1], new int[1][1]).size()).isEqualTo(1);
            assertThatThrownBy(() -> engine.run(new int[1][2], new int[1][1]))
                    .isInstanceOfSatisfying(
                            Fault.class, fault -> assertThat(fault.kind()).isEqualTo(Fault.Kind.OUT_OF_ROOM));
            assertThat(engine.run(new int[1][1], new int[1][1]).size()).isEqualTo(1);
        }
    }

    private Path greedyGraph() throws IOException {
        GraphBuilder graph = new GraphBuilder("greedy");
        BatchInputs.exported().forEach(graph::input);
        graph.output(GraphNames.LOGITS, DataType.FLOAT, "masks", 4);
        String lengths =
                graph.standard("Cast", List.of(GraphNames.LENGTHS), attribute("to", DataType.INT64.getNumber()));
        String more = graph.standard("Sub", List.of(lengths, graph.constant("one", 1)));
        String size = graph.standard("Mul", List.of(more, graph.constant("floats_a_token", FLOATS_A_TOKEN)));
        String sum = graph.standard(
                "ReduceSum", List.of(graph.standard("ConstantOfShape", List.of(size))), attribute("keepdims", 0));
        graph.standardInto(GraphNames.LOGITS, "Expand", List.of(sum, graph.constant("logits_shape", 1, 4)));
        return Files.write(folder.resolve("model.onnx"), graph.build().toByteArray());
    }
}
