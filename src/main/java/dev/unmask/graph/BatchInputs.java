package dev.unmask.graph;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.unmask.engine.GraphNames;
import java.util.List;
import java.util.stream.Stream;

/** The declarations of a graph's inputs. */
final class BatchInputs {
    private BatchInputs() {}

    /** The inputs of every graph. */
    static List<ValueInfoProto> common() {
        return List.of(
                ints(GraphNames.INPUT_IDS, "tokens"),
                ints(GraphNames.POSITION_IDS, "tokens"),
                ints(GraphNames.MASK_POSITIONS, "masks"),
                GraphBuilder.value(GraphNames.BEST, DataType.INT64, 1),
                GraphBuilder.value(GraphNames.PLACES, DataType.INT64, "places", 2));
    }

    /** What a graph for every provider has besides. */
    static List<ValueInfoProto> anywhere() {
        return List.of(
                ints(GraphNames.LENGTHS, "batch"),
                ints(GraphNames.PADDED_TOKENS, "batch", "length"),
                ints(GraphNames.TOKEN_CELLS, "tokens"),
                GraphBuilder.value(GraphNames.CHOOSE, DataType.BOOL));
    }

    /** What a graph for CUDA has besides. */
    static List<ValueInfoProto> cuda() {
        return List.of(
                ints(GraphNames.TEXT_STARTS, "texts_and_end"), ints(GraphNames.TOKEN_OFFSETS, "batch", "length"));
    }

    /** All inputs of a graph for every provider. */
    static List<ValueInfoProto> all() {
        return Stream.concat(common().stream(), anywhere().stream()).toList();
    }

    private static ValueInfoProto ints(String name, Object... shape) {
        return GraphBuilder.value(name, DataType.INT32, shape);
    }
}
